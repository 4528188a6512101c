/** A workload that says too little, or whose record is not whole. */
import { expect, test } from "vitest";
import { AT, changed, entriesOf, healthyLedger, without, withEntries } from "../../../fixtures/ledgers/build.ts";
import { describePlanted, type Planted } from "../../../fixtures/ledgers/planted.ts";
import type { OperationEntry } from "../../ledger/index.ts";
import { judge } from "../judge.ts";

const healthy = healthyLedger();

/** Acknowledged puts whose key was not written again: what is held of them is exactly their value. */
const finalPuts = entriesOf(healthy, "operation").filter(
  (one, _index, all) =>
    one.op === "put" &&
    one.outcome === "acknowledged" &&
    !all.some((other) => other.key === one.key && other.op !== "get" && other.id > one.id),
);

const victim = finalPuts[5] as OperationEntry;
const deleted = entriesOf(healthy, "operation").find(
  (one) => one.op === "delete" && one.outcome === "acknowledged",
) as OperationEntry;

const putBeforeDelete = entriesOf(healthy, "operation").findLast(
  (one) => one.key === deleted.key && one.op === "put" && one.outcome === "acknowledged" && one.id < deleted.id,
) as OperationEntry;

const planted: readonly Planted[] = [
  [
    "workload-adequate",
    "an operation is missing",
    without(healthy, "operation", (one) => one.id === 17),
    "broken",
    /sent \d+ operations, and \d+ are on record/,
  ],
  [
    "workload-adequate",
    "an operation is there twice",
    withEntries(healthy, [victim]),
    "broken",
    /broke its own rules|on record/,
  ],
  [
    "workload-adequate",
    "two clients write one key",
    changed(healthy, "operation", (one) => (one.id === deleted.id ? { ...one, client: "c9" } : one)),
    "broken",
    /two clients/,
  ],
  [
    "workload-adequate",
    "a key is used after an unknown outcome",
    changed(healthy, "operation", (one) =>
      one.id === putBeforeDelete.id ? { ...one, outcome: "unknown", revision: null } : one,
    ),
    "broken",
    /again after an unknown outcome/,
  ],
  [
    "workload-adequate",
    "two writes of one key overlap",
    changed(healthy, "operation", (one) =>
      one.id === deleted.id ? { ...one, sentAtMs: putBeforeDelete.sentAtMs } : one,
    ),
    "broken",
    /overlap/,
  ],
  [
    "workload-adequate",
    "a write is acknowledged after the fence",
    changed(healthy, "operation", (one) => (one.id === victim.id ? { ...one, atMs: AT.fence + 1 } : one)),
    "broken",
    /after the fence/,
  ],
  [
    "workload-adequate",
    "too little is acknowledged",
    changed(healthy, "operation", (one) =>
      one.scheduledAtMs > 8000 && one.scheduledAtMs < 9000 ? { ...one, outcome: "refused", revision: null } : one,
    ),
    "inconclusive",
    /90 %/,
  ],
  [
    "workload-adequate",
    "the last write is long ago",
    changed(healthy, "operation", (one) =>
      one.atMs > 9900 && one.atMs < AT.injecting ? { ...one, outcome: "refused", revision: null } : one,
    ),
    "inconclusive",
    /last write/,
  ],
  [
    "workload-adequate",
    "a write is acknowledged long after its own deadline, though the loop was awake",
    changed(healthy, "operation", (one) =>
      one.id === victim.id ? { ...one, sentAtMs: one.atMs - healthy.header.plan.workload.timeoutMs - 300 } : one,
    ),
    "inconclusive",
    /is given .* was acknowledged 300 ms later than that/,
  ],
  [
    "workload-adequate",
    "the schedule was not kept",
    changed(healthy, "workload-stopped", (one) => ({ ...one, skippedTicks: 3 })),
    "inconclusive",
    /3 ticks/,
  ],
];

describePlanted(planted);

test.each([
  [110, "passed"],
  [90, "inconclusive"],
])("a write acknowledged 300 ms late, while the loop stood still for %i ms at a time: %s", (maxLagMs, outcome) => {
  const late = changed(healthy, "operation", (one) =>
    one.id === victim.id ? { ...one, sentAtMs: one.atMs - healthy.header.plan.workload.timeoutMs - 300 } : one,
  );
  const still = changed(late, "loop-lag", (one) => (one.loop === "drill" ? { ...one, maxLagMs } : one));
  expect(judge(still).findings.find(({ checkId }) => checkId === "workload-adequate")?.outcome).toBe(outcome);
});
