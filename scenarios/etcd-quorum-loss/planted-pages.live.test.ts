/** Pages with a planted defect, followed by the command as a person would: each must come out as stated beside it, for that reason. */
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { describe, expect, test as anyTest } from "vitest";
import { startDrillbook } from "../../fixtures/live/drillbook-process.ts";
import { programsOrSkip } from "../../fixtures/live/programs.ts";
import { PLANTED_PAGES } from "../../fixtures/runbooks/etcd-quorum-loss/expected.ts";
import { exitCodeOf } from "../../harness/core/index.ts";
import { parseResult, type DrillResult } from "../../harness/integrity/index.ts";

const PROJECT = fileURLToPath(new URL("../../", import.meta.url));
const PAGES = join(PROJECT, "fixtures/runbooks/etcd-quorum-loss");

/** Two at a time: each is a command of its own, in a folder of its own. */
const test = anyTest.extend<{ readonly dir: string }>({
  dir: async ({ task }, use) => {
    await programsOrSkip(task.context, "etcd", "etcdctl", "etcdutl");
    const dir = mkdtempSync(join(tmpdir(), "drillbook-pages-"));
    await use(dir);
    rmSync(dir, { recursive: true, force: true });
  },
}).concurrent;

/** The command on this page, to its end. */
async function follow(
  dir: string,
  ...argv: readonly string[]
): Promise<{ readonly exitCode: number | null; readonly out: string; readonly err: string }> {
  await using run = startDrillbook(["run", "etcd-quorum-loss", "--seed", "5", ...argv], {
    cwd: dir,
    stateDir: join(dir, "state"),
  });
  const { exitCode } = await run.ended;
  return { exitCode, out: run.out(), err: run.err() };
}

describe.concurrent.each(PLANTED_PAGES.filter((page) => page.kind === "judged"))("$file, which $defect", (page) => {
  test(`comes out ${page.outcome}`, async ({ dir }) => {
    const { exitCode, out } = await follow(dir, "--json", "--runbook", join(PAGES, page.file));
    const result: DrillResult = parseResult(out);
    const outcomes = Object.fromEntries(result.findings.map((finding) => [finding.checkId, finding.outcome]));
    expect([result.outcome, exitCode]).toEqual([page.outcome, exitCodeOf(page.outcome)]);
    expect(outcomes).toMatchObject({
      ...Object.fromEntries(page.failed.map((id) => [id, "failed"])),
      ...Object.fromEntries(page.passed.map((id) => [id, "passed"])),
      "fault-confirmed": "passed",
    });
  });
});

test.for(PLANTED_PAGES.filter((page) => page.kind === "refused"))(
  "$file, which $defect, is refused before anything is started",
  async (page, { dir }) => {
    const { exitCode, out, err } = await follow(dir, "--runbook", join(PAGES, page.file));
    expect(exitCode).toBe(2);
    for (const { line } of page.problems) expect(out + err).toContain(`${page.file}:${line}: `);
    expect(existsSync(join(dir, "reports"))).toBe(false);
  },
);

test("the good page passes; judged again from another folder, without scenarios/, it gives the same bytes", async ({
  dir,
}) => {
  const { exitCode, out } = await follow(dir, "--json");
  const result = parseResult(out);
  expect(result.findings.filter(({ outcome }) => outcome !== "passed")).toEqual([]);
  expect([result.outcome, exitCode]).toEqual(["passed", 0]);

  const [runId = ""] = readdirSync(join(dir, "reports"));
  const written = readFileSync(join(dir, "reports", runId, "result.json"), "utf8");
  expect(out).toBe(written);
  const moved = join(dir, "elsewhere");
  renameSync(join(dir, "reports", runId), moved);
  rmSync(join(moved, "result.json"));
  const bare = join(dir, "bare");
  for (const part of ["harness", "package.json"]) cpSync(join(PROJECT, part), join(bare, part), { recursive: true });
  symlinkSync(join(PROJECT, "node_modules"), join(bare, "node_modules"));
  const again = await execa(process.execPath, [join(bare, "harness/cli/drillbook.js"), "judge", moved, "--json"], {
    stripFinalNewline: false,
  });
  expect(again.stdout).toBe(written);
  expect(readFileSync(join(moved, "result.json"), "utf8")).toBe(written);
});
