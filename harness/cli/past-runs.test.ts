import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { longestRecovery, pastRuns } from "./past-runs.ts";

let dir: string;
beforeEach(() => void (dir = mkdtempSync(join(tmpdir(), "drillbook-past-"))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function stored(runId: string, result: string, ledger?: string): void {
  mkdirSync(join(dir, runId));
  writeFileSync(join(dir, runId, "result.json"), result);
  if (ledger !== undefined) writeFileSync(join(dir, runId, "ledger.ndjson"), ledger);
}

const result = (outcome: string): string =>
  JSON.stringify({
    drillId: "d",
    outcome,
    control: "none",
    page: "as-written",
    measurements: { recoveryTimeMs: { low: 10, high: outcome === "passed" ? 12.5 : null } },
  });

test("runs come oldest first, with the length of their ledger", () => {
  const long = `{"kind":"header"}\n${`{"kind":"end","atMs":1}\n`.repeat(10_000)}{"kind":"residue","atMs":61500.5}\n`;
  stored("20261121T160502Z-d-0002", result("failed"), '{"kind":"header"}\n{"kind":"end","atMs":7}\n');
  stored("20261121T160501Z-d-0001", result("passed"), long);
  expect(pastRuns(dir)).toEqual([
    {
      runId: "20261121T160501Z-d-0001",
      drillId: "d",
      outcome: "passed",
      control: "none",
      page: "as-written",
      asDeclared: null,
      recoveryHighMs: 12.5,
      durationMs: 61_500.5,
    },
    {
      runId: "20261121T160502Z-d-0002",
      drillId: "d",
      outcome: "failed",
      control: "none",
      page: "as-written",
      asDeclared: null,
      recoveryHighMs: null,
      durationMs: 7,
    },
  ]);
});

test("what cannot be read counts for nothing, and a torn ledger has no length", () => {
  stored("20261121T160501Z-d-0001", "{ torn", "{}");
  stored("20261121T160502Z-d-0002", result("splendid"));
  stored("20261121T160503Z-d-0003", result("interrupted"), '{"kind":"end","atMs":7}\n{"kind":"op');
  mkdirSync(join(dir, "latest"));
  expect(pastRuns(dir)).toEqual([
    {
      runId: "20261121T160503Z-d-0003",
      drillId: "d",
      outcome: "interrupted",
      control: "none",
      page: "as-written",
      asDeclared: null,
      recoveryHighMs: null,
      durationMs: null,
    },
  ]);
  expect(pastRuns(join(dir, "nothing"))).toEqual([]);
});

test("a control must outwait the longest recovery of the drill itself that passed", () => {
  const passed = (control: string, high: number): string =>
    JSON.stringify({
      drillId: "d",
      outcome: "passed",
      control,
      page: "as-written",
      measurements: { recoveryTimeMs: { low: 1, high } },
    });
  expect(longestRecovery(dir, "d")).toBeNull();
  stored("20261121T160501Z-d-0001", passed("none", 17_000));
  stored("20261121T160502Z-d-0002", passed("none", 25_000));
  stored("20261121T160503Z-d-0003", passed("none", 19_000));
  stored("20261121T160504Z-d-0004", passed("recovery-only", 90_000));
  expect(longestRecovery(dir, "d")).toEqual({ runId: "20261121T160502Z-d-0002", highMs: 25_000 });
  expect(longestRecovery(dir, "other")).toBeNull();
});
