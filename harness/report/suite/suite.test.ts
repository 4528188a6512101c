import { describe, expect, test } from "vitest";
import { judgeSuite, mergeSuites, type SuiteDrill, type SuitePart, type SuiteRun } from "../../integrity/index.ts";
import { renderSuiteJunit } from "./junit.ts";
import { renderSuitePage } from "./page.ts";
import { readingsTables } from "./readings.ts";
import { renderSuiteSummary, renderSuiteVerdict } from "./summary.ts";

const HOSTILE = "<script>alert(1)</script> | ]]> `x`";

const passed: SuiteDrill = {
  drillId: "etcd-a",
  kind: "run",
  outcome: "passed",
  proves: "that a recovers",
  says: [],
  reading: null,
  seeds: [{ seed: 7, outcome: "passed" }],
  runs: [
    {
      runId: "run-a",
      seed: 7,
      page: "as-written",
      outcome: "passed",
      recoveryTimeMs: { low: 1000, high: 1200, censored: false },
      lostWrites: { low: 0, high: 0 },
      timeSpentMs: { page: 1000, cluster: 2000, declared: 5000, harness: 100 },
    },
  ],
};
const failed: SuiteDrill = { ...passed, drillId: "etcd-b", outcome: "failed", says: [HOSTILE] };
const part: SuitePart = {
  suiteId: "suite-1",
  startedAt: "2026-01-02T03:04:05.000Z",
  seeds: [7],
  shard: { index: 1, of: 2 },
  selected: ["etcd-a", "etcd-b", "etcd-c", "etcd-d"],
  drills: [passed, failed],
  notStarted: [],
  skipped: [{ drillId: "etcd-d", because: "no bridge" }],
};
const result = mergeSuites([part]);

describe("the reports of several drills", () => {
  test("say what each drill came to, what it proves, and that one has no verdict", () => {
    for (const text of [renderSuiteSummary(result), renderSuitePage(result)]) {
      expect(text).toMatch(/etcd-a/);
      expect(text).toMatch(/that a recovers/);
      expect(text).toMatch(/1\.00 to 1\.20/);
      expect(text).toMatch(/etcd-c has no verdict/);
      expect(text).toMatch(/shard 1\/2/);
      expect(text).toMatch(/etcd-d.*no bridge/s);
    }
    expect(renderSuiteVerdict(result)).toMatch(/^FAILED {2}2 drills: 1 passed, 1 failed\n/);
  });

  test("hold nothing from outside that acts", () => {
    expect(renderSuitePage(result)).not.toContain("<script>");
    expect(renderSuiteSummary(result)).not.toContain("<script>");
    expect(renderSuiteJunit(result)).toContain("]]]]><![CDATA[>");
  });

  test("are green for CI only where a drill passed", () => {
    const junit = renderSuiteJunit(result);
    expect(junit.match(/<testcase/g)).toHaveLength(4);
    // The verdict over all, and the drill that failed.
    expect(junit.match(/<failure/g)).toHaveLength(2);
    expect(
      renderSuiteJunit(judgeSuite({ ...part, shard: null, selected: ["etcd-a"], drills: [passed], skipped: [] })),
    ).not.toMatch(/<failure|<error/);
  });
});

describe("the table over the readings of a page", () => {
  const [run] = passed.runs;
  const runOf = (seed: number, change: Partial<SuiteRun> = {}): SuiteRun => ({ ...(run as SuiteRun), seed, ...change });
  const wrote = { outcome: "failed", lostWrites: { low: 12, high: 14 } } as const;
  const drills: readonly SuiteDrill[] = [
    {
      ...passed,
      drillId: "store.stay-up",
      kind: "both-pages",
      reading: { leftovers: "stay", order: "up" },
      seeds: [
        { seed: 1, outcome: "passed" },
        { seed: 2, outcome: "failed" },
      ],
      runs: [
        runOf(1, wrote),
        runOf(1, { page: "corrected" }),
        runOf(2, wrote),
        runOf(2, { page: "corrected", ...wrote }),
      ],
    },
    {
      ...passed,
      drillId: "store.cleared-up",
      reading: { leftovers: "cleared", order: "up", [HOSTILE]: HOSTILE },
      seeds: [
        { seed: 1, outcome: "passed" },
        { seed: 2, outcome: null },
      ],
      runs: [runOf(1)],
    },
  ];
  const suite = judgeSuite({
    ...part,
    shard: null,
    seeds: [1, 2],
    selected: drills.map(({ drillId }) => drillId),
    drills,
    skipped: [],
  });

  test("has a line a case, a column a choice, and a column a seed with what each page came to", () => {
    expect(readingsTables({ ...suite, drills: [passed, ...suite.drills] })).toEqual([
      {
        scenario: "store",
        choices: ["leftovers", "order", HOSTILE],
        seeds: [1, 2],
        rows: [
          {
            name: "stay-up",
            values: ["stay", "up", "none"],
            cells: [
              { outcome: "passed", says: "as written failed, lost 12 to 14; corrected passed, lost 0" },
              { outcome: "failed", says: "as written failed, lost 12 to 14; corrected failed, lost 12 to 14" },
            ],
          },
          {
            name: "cleared-up",
            values: ["cleared", "up", HOSTILE],
            cells: [
              { outcome: "passed", says: "passed, lost 0" },
              { outcome: null, says: "no run" },
            ],
          },
        ],
      },
    ]);
  });

  test("stands in both reports, with nothing from outside that acts", () => {
    for (const text of [renderSuiteSummary(suite), renderSuitePage(suite)]) {
      expect(text).toMatch(/Readings of store/);
      expect(text).toMatch(/as written failed, lost 12 to 14; corrected passed, lost 0/);
      expect(text).toMatch(/no verdict/);
      expect(text).not.toContain("<script>");
    }
    expect(renderSuiteSummary(result)).not.toMatch(/Readings of/);
  });
});
