/** The drill on real etcd, whole, with bugs planted between its parts: none of them may come out green. */
import { expect, test } from "vitest";
import { losingKey } from "../../fixtures/live/lose-a-key.ts";
import { unwitnessed, withoutEffect } from "../../fixtures/live/planted-faults.ts";
import { programsOrSkip } from "../../fixtures/live/programs.ts";
import { stageDrill } from "../../fixtures/live/stage-drill.ts";
import type { DrillResult } from "../../harness/integrity/index.ts";
import type { LedgerEntry, OperationEntry } from "../../harness/ledger/index.ts";
import drill from "./drill.ts";

const outcomes = (result: DrillResult): Readonly<Record<string, string>> =>
  Object.fromEntries(result.findings.map(({ checkId, outcome }) => [checkId, outcome]));

test("an injector that does nothing never gives a pass", async (context) => {
  const programs = await programsOrSkip(context, ...drill.system.programs);
  using staged = await stageDrill({ ...drill, fault: withoutEffect(drill.fault) }, { programs, seed: 1 });
  const { result } = staged;
  expect(result.outcome).toBe("broken");
  expect(result.fault.proof).toBe("mismatch");
  expect(outcomes(result)).toMatchObject({ "fault-confirmed": "broken", "steady-before-fault": "passed" });
});

test("a witness that does not look never gives a pass", async (context) => {
  const programs = await programsOrSkip(context, ...drill.system.programs);
  using staged = await stageDrill({ ...drill, fault: unwitnessed(drill.fault) }, { programs, seed: 2 });
  const { result } = staged;
  expect(result.outcome).toBe("inconclusive");
  expect(result.fault.proof).toBe("inconclusive");
  expect(outcomes(result)).toMatchObject({
    "fault-confirmed": "inconclusive",
    "acknowledged-writes-kept": "passed",
    "members-agree": "passed",
  });
});

test("one acknowledged key taken from one member is reported as that key on that member", async (context) => {
  const programs = await programsOrSkip(context, ...drill.system.programs);
  const entries: LedgerEntry[] = [];
  const node = "n2";
  let key = "";
  const system = losingKey(drill.system, { node, key: () => (key = victimOf(entries)) });
  using staged = await stageDrill(
    { ...drill, system },
    { programs, seed: 3, onEntry: (entry) => void entries.push(entry) },
  );
  const { result } = staged;
  const finding = result.findings.find(({ checkId }) => checkId === "acknowledged-writes-kept");
  expect(result.outcome).toBe("failed");
  expect(finding?.outcome).toBe("failed");
  expect(finding?.details).toHaveLength(1);
  expect(finding?.details[0]).toContain(key);
  expect(finding?.details[0]).toContain(node);
  expect(finding?.details[0]).not.toMatch(/n1|n3/);
  expect(result.measurements.writes).toMatchObject({
    lost: { low: 1 },
    lostAfterRecoveryPoint: { low: 0 },
    resurrected: 0,
  });
  expect(outcomes(result)).toMatchObject({
    "members-agree": "failed",
    "loss-within-objective": "failed",
    converged: "passed",
  });
});

/** A key that was put and acknowledged before the fault, and never written again. */
function victimOf(entries: readonly LedgerEntry[]): string {
  const injectedAt = entries.findIndex((entry) => entry.kind === "fault" && entry.event === "injecting");
  const isWrite = (entry: LedgerEntry): entry is OperationEntry => entry.kind === "operation" && entry.op !== "get";
  const writes = entries.filter(isWrite);
  const victim = entries
    .slice(0, injectedAt)
    .filter(isWrite)
    .find(
      (write) =>
        write.op === "put" &&
        write.outcome === "acknowledged" &&
        writes.filter((one) => one.key === write.key).length === 1,
    );
  if (victim === undefined) throw new Error("no key was put once and acknowledged before the fault");
  return victim.key;
}
