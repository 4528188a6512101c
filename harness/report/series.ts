/** The workload's writes as series over time, for charts. Pure; not its business: any number that a verdict rests on. */
import type { LedgerEntry, OperationEntry } from "../ledger/index.ts";

/** What happened to the writes that were sent in one span of time. */
export interface WriteBucket {
  readonly fromMs: number;
  readonly toMs: number;
  readonly acknowledged: number;
  readonly refused: number;
  readonly unknown: number;
  /** Latency of the acknowledged ones, from the instant the schedule wanted them sent; null when there was none. */
  readonly latencyMs: { readonly p50: number; readonly p99: number; readonly max: number } | null;
  /** The longest that an unknown one was waited for; null when there was none. */
  readonly unknownWaitedMs: number | null;
}

/** Widths that read well. */
const WIDTHS_MS = [100, 200, 250, 500, 1000, 2000, 5000, 10_000, 20_000, 30_000, 60_000];
/** More would be narrower than a pixel or two of the chart. */
const MOST_BUCKETS = 120;

/**
 * Puts and deletes sent in [fromMs, toMs), in buckets of one width, by the time of sending. The span ends with the
 * last write that was sent: after the workload has stopped, zero writes would look like an outage. What is left over
 * at the end is part of the last bucket, which is then wider.
 */
export function writeBuckets(
  entries: readonly LedgerEntry[],
  span: { readonly fromMs: number; readonly toMs: number },
): readonly WriteBucket[] {
  const writes = entries.filter(
    (one): one is OperationEntry =>
      one.kind === "operation" && one.op !== "get" && one.sentAtMs >= span.fromMs && one.sentAtMs < span.toMs,
  );
  if (writes.length === 0) return [];
  const firstMs = writes.reduce((first, one) => Math.min(first, one.sentAtMs), Infinity);
  const lastMs = writes.reduce((last, one) => Math.max(last, one.sentAtMs), -Infinity);
  const widthMs =
    WIDTHS_MS.find((width) => (lastMs - firstMs) / width <= MOST_BUCKETS) ?? (lastMs - firstMs) / MOST_BUCKETS;
  const buckets = Math.max(1, Math.floor((lastMs - firstMs) / widthMs));
  const sorted: OperationEntry[][] = Array.from({ length: buckets }, () => []);
  for (const one of writes) sorted[Math.min(buckets - 1, Math.floor((one.sentAtMs - firstMs) / widthMs))]?.push(one);
  return sorted.map((those, index) => {
    const fromMs = firstMs + index * widthMs;
    return bucket(those, fromMs, index === buckets - 1 ? Math.max(lastMs, fromMs + 1) : fromMs + widthMs);
  });
}

function bucket(writes: readonly OperationEntry[], fromMs: number, toMs: number): WriteBucket {
  const acknowledged = writes.filter((one) => one.outcome === "acknowledged");
  const unknown = writes.filter((one) => one.outcome === "unknown");
  const latencies = acknowledged.map((one) => one.atMs - one.scheduledAtMs).sort((a, b) => a - b);
  const max = latencies.at(-1);
  return {
    fromMs,
    toMs,
    acknowledged: acknowledged.length,
    refused: writes.length - acknowledged.length - unknown.length,
    unknown: unknown.length,
    latencyMs: max === undefined ? null : { p50: rank(latencies, 0.5), p99: rank(latencies, 0.99), max },
    unknownWaitedMs: unknown.length === 0 ? null : Math.max(...unknown.map((one) => one.atMs - one.scheduledAtMs)),
  };
}

/** The nearest-rank quantile: always a latency that was measured. */
function rank(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
