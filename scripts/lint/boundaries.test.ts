/**
 * The border rule as oxlint really applies it: for every ordered pair of folders a file with that one import is written,
 * and oxlint must refuse exactly the forbidden ones. A lint plugin that is not loaded would refuse none.
 */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ALLOWED_IMPORTS } from "./allowed-imports.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

// The architecture's own words (docs/architecture.md), not the table that the rule reads: both must say the same.
const LIVE = [["core"], ["ledger"], ["tools"], ["substrate"], ["system"], ["workload", "fault", "runbook"], ["drill"]];
const PURE = [["core"], ["ledger"], ["measure"], ["integrity"], ["report"]];
const APART = ["inspect"];
const FOLDERS = [...new Set([...LIVE, ...PURE, APART, ["cli"]].flat())];

function isAllowed(from: string, to: string): boolean {
  if (from === "cli" || (from === "drill" && to === "measure") || (from === "system" && to === "inspect")) return true;
  return [LIVE, PURE].some((chain) => {
    const place = (folder: string): number => chain.findIndex((level) => level.includes(folder));
    return place(to) !== -1 && place(to) < place(from);
  });
}

interface Planted {
  readonly file: string;
  readonly source: string;
  readonly refused: boolean;
}

const pairs: readonly Planted[] = FOLDERS.flatMap((from) =>
  FOLDERS.filter((to) => to !== from).map((to) => ({
    file: `harness/${from}/plants-${to}.ts`,
    source: `import * as other from "../${to}/index.ts";\nexport const seen = other;\n`,
    refused: !isAllowed(from, to),
  })),
);

const forms: readonly Planted[] = [
  {
    file: "harness/runbook/type.ts",
    source: `import type { Fault } from "../fault/index.ts";\nexport type F = Fault;\n`,
  },
  { file: "harness/runbook/inline.ts", source: `export type F = import("../fault/index.ts").Fault;\n` },
  { file: "harness/runbook/dynamic.ts", source: `export const late = () => import("../fault/index.ts");\n` },
  { file: "harness/runbook/template.ts", source: "export const late = () => import(`../fault/index.ts`);\n" },
  { file: "harness/runbook/computed.ts", source: `export const late = (name: string) => import(name);\n` },
  { file: "harness/runbook/star.ts", source: `export * from "../fault/index.ts";\n` },
  { file: "harness/runbook/named.ts", source: `export { loseMajority } from "../fault/index.ts";\n` },
  { file: "harness/runbook/detour.ts", source: `export * from "../../harness/fault/index.ts";\n` },
  { file: "harness/system/etcd/deep.ts", source: `export * from "../../fault/index.ts";\n` },
  { file: "harness/drill/inside.ts", source: `export * from "../fault/lose-for-good.ts";\n` },
  { file: "harness/drill/below.ts", source: `export * from "../system/etcd/index.ts";\n` },
  { file: "harness/drill/scenario.ts", source: `export * from "../../scenarios/one/drill.ts";\n` },
  { file: "harness/tools/script.ts", source: `export * from "../../scripts/setup.ts";\n` },
  { file: "scenarios/one/inside.ts", source: `export * from "../../harness/fault/lose-for-good.ts";\n` },
  { file: "harness/measure/disk.ts", source: `export * from "node:fs";\n` },
  { file: "harness/integrity/network.ts", source: `export * from "node:net";\n` },
  { file: "harness/inspect/etcd/disk.ts", source: `export * from "node:fs";\n` },
].map((planted) => ({ ...planted, refused: true }));

const fine: readonly Planted[] = [
  { file: "harness/drill/whole.ts", source: `export * from "../fault/index.ts";\n` },
  { file: "harness/cli/computed.ts", source: `export const late = (name: string) => import(name);\n` },
  { file: "harness/system/etcd/own.ts", source: `export * from "../cluster.ts";\n` },
  { file: "harness/integrity/digest.ts", source: `export * from "node:crypto";\n` },
  { file: "harness/runbook/anything.test.ts", source: `export * from "../fault/lose-for-good.ts";\n` },
  { file: "scripts/bench.ts", source: `export * from "../harness/fault/lose-for-good.ts";\n` },
  { file: "scenarios/one/drill.ts", source: `export * from "../../harness/fault/index.ts";\n` },
].map((planted) => ({ ...planted, refused: false }));

const planted = [...pairs, ...forms, ...fine];
let project: string;
let refused: ReadonlySet<string>;
let wallClock: ReadonlySet<string>;

/** Files that look at the wall clock; the last one is a name of a run, for people. */
const CLOCKS = [
  "harness/measure/clock.ts",
  "harness/drill/clock.ts",
  "scenarios/one/clock.ts",
  "harness/cli/run-id.ts",
];

beforeAll(async () => {
  project = mkdtempSync(join(tmpdir(), "drillbook-boundaries-"));
  for (const { file, source } of planted) {
    mkdirSync(dirname(join(project, file)), { recursive: true });
    writeFileSync(join(project, file), source);
  }
  for (const file of CLOCKS) {
    mkdirSync(dirname(join(project, file)), { recursive: true });
    writeFileSync(join(project, file), "export const atMs: number = Date.now();\n");
  }
  const complaints = await complaintsOfOxlint(project);
  refused = complaints("boundaries(imports)");
  wallClock = complaints("eslint(no-restricted-globals)");
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

/** Which files break a rule. */
async function complaintsOfOxlint(cwd: string): Promise<(rule: string) => ReadonlySet<string>> {
  const oxlint = join(root, "node_modules/oxlint/bin/oxlint");
  const args = [oxlint, "-c", join(root, ".oxlintrc.json"), "--format", "json"];
  const output = await new Promise<string>((resolve) => {
    // Its exit code is 1 when it refuses anything; what it printed is what counts.
    execFile(process.execPath, args, { cwd, maxBuffer: 64 << 20 }, (_error, stdout, stderr) =>
      resolve(stdout || stderr),
    );
  });
  const report = JSON.parse(output) as { readonly diagnostics: readonly { code: string; filename: string }[] };
  return (rule) => new Set(report.diagnostics.filter(({ code }) => code === rule).map(({ filename }) => filename));
}

test("the table knows every folder", () => {
  expect(Object.keys(ALLOWED_IMPORTS).toSorted()).toEqual(FOLDERS.toSorted());
});

test("some imports are forbidden and some are not, else the next test shows nothing", () => {
  expect(planted.filter((one) => one.refused).length).toBeGreaterThan(80);
  expect(planted.filter((one) => !one.refused).length).toBeGreaterThan(50);
});

test("oxlint refuses exactly the forbidden imports", () => {
  const expected = planted.filter((one) => one.refused).map(({ file }) => file);
  expect([...refused].toSorted()).toEqual(expected.toSorted());
});

test("oxlint refuses the wall clock wherever a time could be measured with it", () => {
  expect([...wallClock].toSorted()).toEqual(CLOCKS.slice(0, 3).toSorted());
});
