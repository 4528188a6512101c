import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { commandLine } from "../../fixtures/workers/command-line.ts";
import type { RepeatsResult } from "../integrity/index.ts";

const { drillbook, reports, reportsOf, terminal } = commandLine(["passes", "refuses", "is-killed"]);
const setDir = (): string => reportsOf("-repeats-");
const readResult = (dir: string): RepeatsResult =>
  JSON.parse(readFileSync(join(dir, "repeats.json"), "utf8")) as RepeatsResult;

test("a set: a folder for each run and one for the set, consecutive seeds, and not decided is not passed", async () => {
  expect(await drillbook("run", "passes", "--repeat", "3", "--seed", "4294967294", "--json")).toBe(4);
  expect(reports()).toHaveLength(4);
  expect(readdirSync(setDir()).sort()).toEqual([
    "junit.xml",
    "repeats.json",
    "report.html",
    "set.ndjson",
    "summary.md",
  ]);
  const result = readResult(setDir());
  expect(result).toMatchObject({
    outcome: "inconclusive",
    ended: "all-run",
    counts: { begun: 3, measured: 3 },
    recoveryTime: { verdict: "not-decided", runsNeeded: 59 },
    loss: { runs: 3, withLoss: 0 },
  });
  expect(result.runs.map(({ seed }) => seed)).toEqual([4_294_967_294, 4_294_967_295, 0]);
  expect(terminal().out()).toBe(readFileSync(join(setDir(), "repeats.json"), "utf8"));
  expect(terminal().err()).toContain('"met" takes 59 runs, all of them surely within it');
  const html = readFileSync(join(setDir(), "report.html"), "utf8");
  for (const { runId } of result.runs) expect(html).toContain(`href="../${runId}/report.html"`);
});

test("judge gives the same bytes again, from another place, and report writes all again", async () => {
  await drillbook("run", "passes", "--repeat", "2");
  const before = readFileSync(join(setDir(), "repeats.json"));
  const page = readFileSync(join(setDir(), "report.html"));
  const moved = join(terminal().cwd, "moved");
  cpSync(join(terminal().cwd, "reports"), moved, { recursive: true });
  const there = join(moved, reports().find((name) => name.includes("-repeats-")) ?? "none");
  for (const name of ["repeats.json", "report.html", "junit.xml", "summary.md"]) rmSync(join(there, name));
  expect(await drillbook("judge", there)).toBe(4);
  expect(readFileSync(join(there, "repeats.json"))).toEqual(before);
  expect(await drillbook("report", there)).toBe(0);
  expect(readFileSync(join(there, "report.html"))).toEqual(page);
});

test("a set whose runs are gone, or are not its own, is not judged", async () => {
  await drillbook("run", "passes", "--repeat", "2");
  const [first, second] = readResult(setDir()).runs.map(({ runId }) => reportsOf(runId ?? "none"));
  cpSync(join(first ?? "", "ledger.ndjson"), join(second ?? "", "ledger.ndjson"));
  expect(await drillbook("judge", setDir())).toBe(3);
  expect(terminal().err()).toContain("ledger of another run");
  rmSync(second ?? "", { recursive: true });
  expect(await drillbook("judge", setDir())).toBe(3);
});

test("a record without its end says that the set was interrupted, and that a run was cut off", async () => {
  await drillbook("run", "passes", "--repeat", "2");
  const file = join(setDir(), "set.ndjson");
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  writeFileSync(file, `${lines.slice(0, 4).join("\n")}\n{"kind":"run-ov`);
  expect(await drillbook("judge", setDir())).toBe(130);
  expect(readResult(setDir())).toMatchObject({
    outcome: "interrupted",
    ended: "interrupted",
    counts: { begun: 2, measured: 1, unknown: 1 },
  });
  writeFileSync(file, `${lines[0]}\n{"kind":"surprise"}\n`);
  expect(await drillbook("judge", setDir())).toBe(3);
  expect(terminal().err()).toContain("set.ndjson:2");
});

test("runs that say nothing end --until-confident; no statistic hides them", async () => {
  expect(await drillbook("run", "is-killed", "--until-confident", "--seed", "1")).toBe(130);
  expect(readResult(setDir())).toMatchObject({ ended: "no-progress", stopping: "anytime", counts: { begun: 3 } });
});

test("--until-confident stops at its cap, and says so", async () => {
  expect(await drillbook("run", "passes", "--until-confident", "--at-most", "2")).toBe(4);
  expect(readResult(setDir())).toMatchObject({
    ended: "cap",
    recoveryTime: { verdict: "not-decided", runsNeeded: 68 },
  });
  expect(terminal().out()).toContain("no more than 2 were allowed");
});

test("a first run that is refused leaves nothing", async () => {
  expect(await drillbook("run", "refuses", "--repeat", "2")).toBe(2);
  expect(reports()).toEqual([]);
});

test.each([
  [["--repeat", "1"], "a number of runs"],
  [["--repeat", "2", "--until-confident"], "cannot be used with"],
  [["--repeat", "2", "--keep"], "cannot be used with"],
  [["--repeat", "2", "--controls"], "cannot be used with"],
  [["--until-confident", "--control", "no-fault"], "cannot be used with"],
  [["--at-most", "5"], "--until-confident"],
])("%j is a wrong command line", async (flags, said) => {
  expect(await drillbook("run", "passes", ...flags)).toBe(2);
  expect(terminal().err()).toContain(said);
  expect(reports()).toEqual([]);
});
