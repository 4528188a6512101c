/** Planted ledgers: losses beyond the recovery point that the recovery cannot have caused by going back. */
import { describe, expect, test } from "vitest";
import { changed, entriesOf, healthyLedger, withoutItems, withPlan } from "../../fixtures/ledgers/build.ts";
import { goneBack } from "../../fixtures/ledgers/gone-back.ts";
import type { CheckId, Ledger, OperationEntry } from "../ledger/index.ts";
import { judge, type Finding } from "./index.ts";

const healthy = healthyLedger();
const operations = entriesOf(healthy, "operation");
const writes = operations.filter((one) => one.op !== "get");
const byKey = Map.groupBy(writes, (one) => one.key);
const held = new Set(entriesOf(healthy, "read-back").flatMap((one) => one.items.map((item) => item.key)));
const alone = writes.filter(
  (one) =>
    one.op === "put" &&
    one.outcome === "acknowledged" &&
    one.transaction === null &&
    one.sentAtMs < 10_000 &&
    byKey.get(one.key)?.length === 1,
);
const last = alone.at(-1) as OperationEntry;
const earlier = alone.at(-4) as OperationEntry;
const lateReads = operations.filter(
  (one) => one.op === "get" && one.outcome === "acknowledged" && one.sentAtMs > 18_500,
);

/** The point lies just before this write, and the drill allows for a tail. */
const beyond = (write: OperationEntry): Ledger =>
  withPlan(
    changed(healthy, "recovery-point", (one) => ({ ...one, revision: String(BigInt(write.revision ?? 0) - 1n) })),
    { objectives: { recoveryTimeMs: 60_000, lostWrites: 5, lostWritesReason: "the tail" } },
  );
/** The members lack it, and nobody reads it in the end. */
const losing = (ledger: Ledger, keys: readonly string[]): Ledger =>
  changed(
    withoutItems(ledger, (item) => keys.includes(item.key)),
    "operation",
    (one) =>
      one.op === "get" && one.sentAtMs > 10_000 && keys.includes(one.key)
        ? { ...one, valueHash: null, revision: null }
        : one,
  );
const reading = (ledger: Ledger, key: string, found: Pick<OperationEntry, "valueHash" | "revision">): Ledger =>
  changed(ledger, "operation", (one) => {
    const { valueHash, revision } = found;
    return one.id === lateReads[0]?.id ? { ...one, key, valueHash, revision } : one;
  });

function find(ledger: Ledger, id: CheckId): Finding {
  const finding = judge(ledger).findings.find((one) => one.checkId === id);
  if (finding === undefined) throw new Error(`no finding of ${id}`);
  return finding;
}
const back = goneBack(beyond(last), String(BigInt(last.revision ?? 0) - 1n));
const tail = withPlan(back, {
  objectives: { recoveryTimeMs: 60_000, lostWrites: 100, lostWritesReason: "the tail" },
});

test("the synthetic drill has what is to be broken here", () => {
  expect(held.has(last.key) && held.has(earlier.key)).toBe(true);
  expect(lateReads.length).toBeGreaterThan(0);
});

describe("lost by design", () => {
  test("is what came last", () => {
    expect(find(tail, "loss-within-objective").outcome).toBe("passed");
    expect(find(tail, "acknowledged-writes-kept")).toMatchObject({
      outcome: "passed",
      summary: expect.stringMatching(/after the recovery point/),
    });
  });

  test("is nothing before a write that is kept: a hole is no tail", () => {
    const hole = losing(beyond(earlier), [earlier.key]);
    expect(find(hole, "loss-within-objective").outcome).toBe("failed");
    const { outcome, details } = find(hole, "acknowledged-writes-kept");
    expect(outcome).toBe("failed");
    expect(details[0]).toMatch(/not by design: n1 holds put \d+ at the later revision/);
  });

  test("is no hole where revisions may start again: then a later revision is no sign of a later state", () => {
    const hole = losing(beyond(earlier), [earlier.key]);
    const { checks } = hole.header.plan;
    const mayGoBack = checks.map((plan) => (plan.id === "revision-not-back" ? { ...plan, mayGoBack: true } : plan));
    expect(find(withPlan(hole, { checks: mayGoBack }), "loss-within-objective").outcome).toBe("passed");
  });

  test("is nothing that a read found after the page", () => {
    const found = reading(tail, last.key, last);
    expect(find(found, "loss-within-objective").outcome).toBe("failed");
    expect(find(found, "acknowledged-writes-kept").details[0]).toMatch(/not by design: read \d+ found it after/);
  });
});

describe("a read that misses a write beyond the point", () => {
  const nothing = { valueHash: null, revision: null };
  test("of which the members hold the value in the end: failed", () => {
    expect(find(reading(beyond(last), last.key, nothing), "acknowledged-writes-kept").outcome).toBe("failed");
  });

  test("that is lost: nothing is wrong with it", () => {
    expect(find(reading(tail, last.key, nothing), "acknowledged-writes-kept").outcome).toBe("passed");
  });
});

describe("a transaction that is not there explains nothing", () => {
  const transactions = [
    ...Map.groupBy(
      writes.filter((one) => one.transaction !== null),
      (one) => one.transaction,
    ).values(),
  ].filter((parts) => parts.length > 1);
  const split = (parts: readonly OperationEntry[]): readonly [OperationEntry, OperationEntry] | null => {
    const gone = parts.find((one) => one.op === "delete");
    const put = parts.find((one) => one.op === "put");
    return gone === undefined || put === undefined ? null : [gone, put];
  };

  test("of unknown outcome: its put is nowhere, so its delete is not why an acknowledged key is gone", () => {
    const [gone] = transactions
      .filter((parts) => parts[0]?.outcome === "unknown")
      .flatMap((parts) => {
        const both = split(parts);
        return both !== null && held.has(both[0].key) && !held.has(both[1].key) ? [both[0]] : [];
      });
    expect(gone).toBeDefined();
    const lost = withoutItems(healthy, (item) => item.key === gone?.key);
    expect(find(lost, "acknowledged-writes-kept").outcome).toBe("failed");
    expect(judge(lost).measurements.writes.lost?.low).toBeGreaterThan(0);
  });

  test("beyond the point: with its put lost, and a key still deleted that had to be kept, it is held in part", () => {
    const both = transactions
      .filter((parts) => parts[0]?.outcome === "acknowledged" && (parts[0]?.sentAtMs ?? 0) < 10_000)
      .flatMap((parts) => {
        const pair = split(parts);
        return pair !== null && held.has(pair[1].key) && byKey.get(pair[1].key)?.length === 1 ? [pair] : [];
      })
      .at(-1) as readonly [OperationEntry, OperationEntry];
    const lost = losing(beyond(both[1]), [both[1].key]);
    expect(find(lost, "transactions-whole").outcome).toBe("failed");
    // One of both is wrong, and only that much is counted.
    expect(judge(lost).measurements.writes.lost?.low).toBe(1);
  });
});
