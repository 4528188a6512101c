/** The workload's writes as series over time, for charts. Pure; not its business: any number that a verdict rests on. */
import { isFirstOfRequest, type LedgerEntry, type OperationEntry } from "../ledger/index.ts";

/** What became of the writes that were scheduled for one span of time; a transaction is one of them. */
export interface WriteBucket {
  readonly fromMs: number;
  readonly toMs: number;
  readonly acknowledged: number;
  readonly refused: number;
  readonly unknown: number;
  /** Latency of the acknowledged ones, from the instant for which they were scheduled; null when there was none. */
  readonly latencyMs: { readonly p50: number; readonly p99: number; readonly max: number } | null;
  /** The longest that an unknown one was waited for; null when there was none. */
  readonly unknownWaitedMs: number | null;
}

/** Widths that read well. */
const WIDTHS_MS = [100, 200, 250, 500, 1000, 2000, 5000, 10_000, 20_000, 30_000, 60_000];
/** More would be narrower than a pixel or two of the chart. */
const MOST_BUCKETS = 120;

/** Which writes to look at. */
export interface SeriesSpan {
  readonly fromMs: number;
  readonly toMs: number;
  /** Writes per second of the schedule: each write stands for its share of a second. */
  readonly writesPerSecond: number;
}

/**
 * Puts and deletes scheduled in [fromMs, toMs), in buckets of one width. The series ends with the last write: after the
 * workload has stopped, zero writes would look like an outage. What is left over at the end is part of the last bucket,
 * which is then wider.
 */
export function writeBuckets(entries: readonly LedgerEntry[], span: SeriesSpan): readonly WriteBucket[] {
  const writes = entries.filter(
    (one): one is OperationEntry =>
      one.kind === "operation" &&
      one.op !== "get" &&
      isFirstOfRequest(one) &&
      one.scheduledAtMs >= span.fromMs &&
      one.scheduledAtMs < span.toMs,
  );
  if (writes.length === 0) return [];
  const startMs = writes.reduce((first, one) => Math.min(first, one.scheduledAtMs), Infinity);
  const lastMs = writes.reduce((last, one) => Math.max(last, one.scheduledAtMs), -Infinity);
  const endMs = lastMs + 1000 / span.writesPerSecond;
  const widthMs =
    WIDTHS_MS.find((width) => (endMs - startMs) / width <= MOST_BUCKETS) ?? (endMs - startMs) / MOST_BUCKETS;
  const count = Math.max(1, Math.floor((endMs - startMs) / widthMs));
  const sorted: OperationEntry[][] = Array.from({ length: count }, () => []);
  for (const one of writes) sorted[Math.min(count - 1, Math.floor((one.scheduledAtMs - startMs) / widthMs))]?.push(one);
  return sorted.map((those, index) => {
    const fromMs = startMs + index * widthMs;
    return bucket(those, fromMs, index === count - 1 ? endMs : fromMs + widthMs);
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
    unknownWaitedMs:
      unknown.length === 0 ? null : unknown.reduce((most, one) => Math.max(most, one.atMs - one.scheduledAtMs), 0),
  };
}

/** The nearest-rank quantile: always a latency that was measured. */
function rank(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}
