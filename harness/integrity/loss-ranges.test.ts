/** How much is lost: what each kind of write that is gone adds to which end. */
import { describe, expect, test } from "vitest";
import { AT, changed, entriesOf, healthyLedger, withItems, without, withPlan } from "../../fixtures/ledgers/build.ts";
import type { Ledger, OperationEntry } from "../ledger/index.ts";
import { judge, type WriteAccount } from "./index.ts";
import type { WriteEntry } from "./key-histories.ts";
import { lossRanges, type Gone } from "./loss-ranges.ts";

const BOTH = { toBeKept: true, afterRecoveryPoint: true };

/** A put of a key of its own, unless named: sent, and answered or given up. */
const write = (id: number, sentAtMs: number, atMs: number, changes: Partial<WriteEntry> = {}): WriteEntry => ({
  ...({ kind: "operation", transaction: null, client: "c1", node: "n1", op: "put", key: `k${id}` } as const),
  ...{ id, atMs, sentAtMs, scheduledAtMs: sentAtMs, valueHash: `v${id}`, outcome: "unknown", revision: null },
  reason: "deadline",
  ...changes,
});
const lost = (one: WriteEntry, afterRecoveryPoint = false): Gone["lost"][number] => ({
  write: { ...one, outcome: "acknowledged", revision: "5" },
  missingOn: ["n1 after-convergence"],
  afterRecoveryPoint,
  objection: null,
});
const ranges = (gone: Partial<Gone>) =>
  lossRanges({ lost: [], unknown: [], sidesOf: () => BOTH, pointIsKnown: true, ...gone });

describe("lossRanges", () => {
  test("nothing gone is nothing lost", () => {
    const none = { low: 0, high: 0 };
    const all = { lost: none, lostToBeKept: none, lostAfterRecoveryPoint: none, lostKeys: none, lostSpanMs: none };
    expect(ranges({})).toEqual(all);
    expect(ranges({ pointIsKnown: false })).toEqual(all);
  });

  test("acknowledged writes make both ends, unknown ones the high end only", () => {
    const gone = {
      lost: [lost(write(1, 10, 12)), lost(write(2, 20, 22), true), lost(write(3, 30, 32, { key: "k2" }), true)],
      unknown: [write(4, 40, 540, { key: "k2" }), write(5, 50, 550)],
    };
    expect(ranges(gone)).toEqual({
      lost: { low: 3, high: 5 },
      lostToBeKept: { low: 1, high: 3 },
      lostAfterRecoveryPoint: { low: 2, high: 4 },
      lostKeys: { low: 2, high: 3 },
      lostSpanMs: { low: 20, high: 538 },
    });
  });

  test("without a known point a proven loss lies on no side", () => {
    const unparted = ranges({ lost: [lost(write(1, 10, 12))], pointIsKnown: false });
    expect(unparted).toMatchObject({ lost: { low: 1, high: 1 }, lostToBeKept: null, lostAfterRecoveryPoint: null });
    const open = ranges({ unknown: [write(1, 10, 12)], pointIsKnown: false });
    expect(open).toMatchObject({ lostToBeKept: { low: 0, high: 1 }, lostAfterRecoveryPoint: { low: 0, high: 1 } });
  });

  test.each<readonly [string, Partial<Gone>, number]>([
    ["one write that was never answered has no span", { unknown: [write(1, 0, 500)] }, 0],
    [
      "nor has one transaction of several",
      { unknown: [write(1, 0, 500, { transaction: 1 }), write(2, 0, 500, { transaction: 1 })] },
      0,
    ],
    ["two that waited side by side", { unknown: [write(1, 0, 500), write(2, 100, 300)] }, 400],
    ["an answer, and a long wait around it", { lost: [lost(write(1, 100, 102))], unknown: [write(2, 0, 500)] }, 398],
    ["the widest wait is first and last", { unknown: [write(1, 0, 500), write(2, 10, 20), write(3, 30, 40)] }, 490],
  ])("%s", (_what, gone, high) => {
    expect(ranges(gone).lostSpanMs).toEqual({ low: 0, high });
  });
});

describe("the account of a ledger", () => {
  const healthy = healthyLedger();
  const writes = entriesOf(healthy, "operation").filter((one) => one.op !== "get");
  const account = (ledger: Ledger): WriteAccount => judge(ledger).measurements.writes;
  const alone = (one: OperationEntry): boolean =>
    one.op === "put" && one.transaction === null && writes.every((other) => other === one || other.key !== one.key);
  /** One put that is gone, and of which nobody knows whether it was written. */
  const goneUnanswered = (one: OperationEntry): Ledger =>
    changed(
      withItems(healthy, (items) => items.filter((item) => item.key !== one.key)),
      "operation",
      (entry) => (entry.id === one.id ? { ...entry, outcome: "unknown", revision: null, reason: "deadline" } : entry),
    );
  const point = entriesOf(healthy, "recovery-point")[0]?.revision ?? "0";
  const acknowledged = writes.filter((one) => one.outcome === "acknowledged" && alone(one));
  const early = acknowledged.find((one) => one.atMs < AT.injecting) as OperationEntry;
  const late = acknowledged.find((one) => one.sentAtMs > AT.runbookEnded) as OperationEntry;

  test("the healthy drill has lost nothing that was acknowledged, and writes that were never answered are gone", () => {
    const { lost: all, lostKeys, unknownLost } = account(healthy);
    expect(all).toEqual({ low: 0, high: unknownLost });
    expect(unknownLost).toBeGreaterThan(10);
    expect(lostKeys?.low).toBe(0);
    expect(judge(healthy).outcome).toBe("passed");
  });

  test.each([
    ["before the point may lie on either side", early, 1, 1],
    ["after the page began is none that is lost by design", late, 1, 0],
  ] as const)("one that was sent %s", (_what, one, toBeKept, after) => {
    const [before, now] = [account(healthy), account(goneUnanswered(one))];
    const more = (of: "lost" | "lostToBeKept" | "lostAfterRecoveryPoint"): number =>
      (now[of]?.high ?? 0) - (before[of]?.high ?? 0);
    expect([more("lost"), more("lostToBeKept"), more("lostAfterRecoveryPoint")]).toEqual([1, toBeKept, after]);
    expect([now.lost?.low, now.lostToBeKept?.low, now.lostAfterRecoveryPoint?.low]).toEqual([0, 0, 0]);
  });

  test("one that was sent when the store was seen beyond the point is of no earlier revision", () => {
    const passed = acknowledged.filter((one) => one.atMs < AT.injecting);
    const [beyond, sentLater] = [passed.at(0), passed.at(-1)] as [OperationEntry, OperationEntry];
    const revision = String(BigInt(beyond.revision ?? "0") - 1n);
    const moved = (ledger: Ledger): Ledger => changed(ledger, "recovery-point", (one) => ({ ...one, revision }));
    const [before, now] = [account(moved(healthy)), account(moved(goneUnanswered(sentLater)))];
    expect((now.lostToBeKept?.high ?? 0) - (before.lostToBeKept?.high ?? 0)).toBe(0);
    expect((now.lostAfterRecoveryPoint?.high ?? 0) - (before.lostAfterRecoveryPoint?.high ?? 0)).toBe(1);
    expect(BigInt(revision)).toBeLessThan(BigInt(point));
  });

  test("objectives go by the low end, and an unanswered write that is gone keeps none from being met", () => {
    const result = judge(goneUnanswered(early));
    expect(result.outcome).toBe("passed");
    expect(result.objectives[1]).toEqual({ id: "lost-writes", limit: 0, measured: 0, met: true });
    const lossy = judge(withItems(healthy, (items) => items.filter((item) => item.key !== early.key)));
    expect(lossy.objectives[1]).toMatchObject({ measured: 1, met: false });
    expect(lossy.measurements.writes.lost?.low).toBe(1);
    const allowing = withPlan(goneUnanswered(early), {
      objectives: { ...healthy.header.plan.objectives, lostWrites: 3, lostWritesReason: "a test" },
    });
    expect(judge(without(allowing, "recovery-point")).objectives[1]?.met).toBeNull();
  });
});
