import fc from "fast-check";
import { expect, test } from "vitest";
import type { OperationEntry } from "../ledger/index.ts";
import { writeBuckets } from "./series.ts";

function write(scheduledAtMs: number, changes: Partial<OperationEntry> = {}): OperationEntry {
  return {
    kind: "operation",
    atMs: scheduledAtMs + 2,
    id: 0,
    transaction: null,
    client: "c1",
    node: "n1",
    op: "put",
    key: "k",
    valueHash: "h",
    scheduledAtMs,
    sentAtMs: scheduledAtMs,
    outcome: "acknowledged",
    revision: "1",
    reason: null,
    ...changes,
  };
}

const ALL = { fromMs: 0, toMs: Infinity, writesPerSecond: 100 };

test("every write is in exactly one bucket, and reads are in none", () => {
  const outcomes = fc.constantFrom("acknowledged", "refused", "unknown");
  const ops = fc.constantFrom("put", "delete", "get");
  const some = fc.array(fc.tuple(fc.double({ min: 0, max: 1e6, noNaN: true }), outcomes, ops));
  fc.assert(
    fc.property(some, (all) => {
      const buckets = writeBuckets(
        all.map(([atMs, outcome, op]) => write(atMs, { outcome, op })),
        ALL,
      );
      for (const name of ["acknowledged", "refused", "unknown"] as const) {
        const sum = buckets.reduce((total, one) => total + one[name], 0);
        expect(sum).toBe(all.filter(([, outcome, op]) => outcome === name && op !== "get").length);
      }
      for (const [index, one] of buckets.entries())
        expect(one.fromMs).toBeCloseTo(buckets[index - 1]?.toMs ?? one.fromMs, 6);
    }),
  );
});

test("an even schedule is an even rate, to its last bucket", () => {
  const writes = Array.from({ length: 2345 }, (_, index) => write(500 + index * 10));
  for (const one of writeBuckets(writes, ALL))
    expect((one.acknowledged * 1000) / (one.toMs - one.fromMs)).toBeCloseTo(100, 6);
});

test("latency counts from the scheduled instant, of acknowledged writes only", () => {
  const latencies = Array.from({ length: 100 }, (_, index) => index + 1);
  const writes = latencies.map((latencyMs) => write(10, { sentAtMs: 10.5, atMs: 10 + latencyMs }));
  const [bucket] = writeBuckets([...writes, write(10, { outcome: "unknown", atMs: 910 })], ALL);
  expect(bucket?.latencyMs).toEqual({ p50: 50, p99: 99, max: 100 });
  expect(bucket?.unknownWaitedMs).toBe(900);
});

test("a bucket without an answer has no latency, not zero", () => {
  const [bucket] = writeBuckets([write(0, { outcome: "refused" })], ALL);
  expect(bucket).toMatchObject({ latencyMs: null, unknownWaitedMs: null, refused: 1 });
});

test("without writes there is no series", () => {
  expect(writeBuckets([write(0, { op: "get" })], ALL)).toEqual([]);
  expect(writeBuckets([write(5)], { ...ALL, fromMs: 6 })).toEqual([]);
});
