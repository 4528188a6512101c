import { describe, expect, test } from "vitest";
import { judgeSuite, mergeSuites, type SuiteDrill, type SuitePart } from "../../integrity/index.ts";
import { renderSuiteJunit } from "./junit.ts";
import { renderSuitePage } from "./page.ts";
import { renderSuiteSummary, renderSuiteVerdict } from "./summary.ts";

const HOSTILE = "<script>alert(1)</script> | ]]> `x`";

const passed: SuiteDrill = {
  drillId: "etcd-a",
  kind: "run",
  outcome: "passed",
  proves: "that a recovers",
  says: [],
  runs: [
    {
      runId: "run-a",
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
  seed: 7,
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
