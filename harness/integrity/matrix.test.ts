import { describe, expect, test } from "vitest";
import { handMadeResult } from "../../fixtures/reports/hand-made-result.ts";
import { renderMatrix } from "../report/index.ts";
import { judgeMatrix, serializeMatrix, type MatrixRun } from "./matrix.ts";
import type { DrillResult } from "./result.ts";

const PLAN = { program: "etcd", versions: ["3.5.21", "3.6.14"], drillIds: ["etcd-quorum-loss"] };

const resultOf = (version: string, rest: Partial<DrillResult> = {}): DrillResult => {
  const made = handMadeResult(rest);
  const programs = ["etcd", "etcdctl", "etcdutl"].map((name) => ({ name, version, source: "cache", sha256: "ab" }));
  return { ...made, environment: { ...made.environment, programs } };
};

const runOf = (version: string, rest: Partial<MatrixRun> = {}): MatrixRun => ({
  drillId: "etcd-quorum-loss",
  version,
  results: [resultOf(version)],
  bothPages: null,
  problems: [],
  notRun: null,
  ...rest,
});

const GOOD = runOf("3.6.14");

describe("the verdict over a table", () => {
  test.each<readonly [string, readonly MatrixRun[], string, string]>([
    ["all passed", [runOf("3.5.21"), GOOD], "passed", "passed"],
    ["a cell that was not run", [GOOD], "inconclusive", "inconclusive"],
    [
      "one failed",
      [runOf("3.5.21", { results: [resultOf("3.5.21", { outcome: "failed" })] }), GOOD],
      "failed",
      "failed",
    ],
    ["another version ran", [runOf("3.5.21", { results: [resultOf("3.5.16")] }), GOOD], "broken", "broken"],
    [
      "nothing on record of what ran",
      [
        runOf("3.5.21", {
          results: [handMadeResult({ environment: { ...handMadeResult().environment, programs: [] } })],
        }),
        GOOD,
      ],
      "broken",
      "broken",
    ],
    [
      "could not be started",
      [runOf("3.5.21", { results: [], notRun: { because: "no Go", isSkipped: false } }), GOOD],
      "broken",
      "broken",
    ],
    [
      "skipped",
      [runOf("3.5.21", { results: [], notRun: { because: "no namespaces", isSkipped: true } }), GOOD],
      "skipped",
      "passed",
    ],
    ["a full disk", [runOf("3.5.21", { problems: ["no space"] }), GOOD], "broken", "broken"],
  ])("%s", (_, runs, cell, outcome) => {
    const result = judgeMatrix(PLAN, runs);
    expect(result.rows[0]?.cells[0]?.outcome).toBe(cell);
    expect(result.outcome).toBe(outcome);
    expect(JSON.parse(serializeMatrix(result))).toEqual(result);
  });

  test("with every cell skipped nothing was shown", () => {
    const skipped = (version: string) => runOf(version, { results: [], notRun: { because: "no", isSkipped: true } });
    expect(judgeMatrix(PLAN, [skipped("3.5.21"), skipped("3.6.14")]).outcome).toBe("inconclusive");
    expect(judgeMatrix({ ...PLAN, drillIds: [] }, []).outcome).toBe("inconclusive");
  });
});

test("the table shows a row for each drill, a column for each version, and why a cell is no pass", () => {
  const findings = handMadeResult().findings.map((one) =>
    one.checkId === "commands-known" ? { ...one, outcome: "failed" as const, summary: "no `snapshot restore`" } : one,
  );
  const failed = runOf("3.6.14", { results: [resultOf("3.6.14", { outcome: "failed", findings })] });
  const text = renderMatrix(judgeMatrix(PLAN, [runOf("3.5.21"), failed]));
  expect(text).toMatch(/^FAILED {2}one drill against etcd 3\.5\.21, 3\.6\.14\n/);
  expect(text).toMatch(/\| drill +\| etcd 3\.5\.21 +\| etcd 3\.6\.14 \|/);
  expect(text).toMatch(/\| etcd-quorum-loss \| passed, 8\.00 to 8\.51 s \| failed +\|/);
  expect(text).toContain("commands-known: no ");
});
