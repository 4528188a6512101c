/**
 * Bounds of a quantile by order statistics. They assume nothing of the shape of the distribution, nor of why a run was censored: only that
 * the runs are independent of each other and alike. Where a value is an interval, the bound takes the end that cannot flatter.
 */
import { atLeast, atMost } from "./binomial.ts";
import { ALPHA, type Stopping } from "./confidence.ts";
import { evidenceAgainstAtLeast, evidenceAgainstAtMost } from "./evidence-against.ts";

/** What one run says of its duration: that it lies between these. */
export interface Duration {
  /** 0 when nothing is known. */
  readonly lowMs: number;
  /** Null when there is no upper end: it was not over while it was watched, or nothing is known. */
  readonly highMs: number | null;
}

/** Bounds of a quantile; null where the data give none. */
export interface QuantileBounds {
  readonly atLeastMs: number | null;
  readonly atMostMs: number | null;
}

/** A tail of exactly alpha (one run, p95) must not miss it by the last bit of a sum. */
const WITHIN_ALPHA = ALPHA * (1 + 1e-9);

/**
 * The rank (from 1) of the order statistic that lies at or above the quantile with the stated confidence: that many runs below the quantile
 * would be too many to be chance. Null when not even the largest of so few runs does: the bound is then unbounded (p95 under 59 runs).
 */
export function upperRank(quantile: number, runs: number, stopping: Stopping): number | null {
  let rank: number | null = null;
  for (let below = runs; below > 0 && isTooManyBelow(quantile, below, runs, stopping); below--) rank = below;
  return rank;
}

/** Whether so many runs below the quantile cannot well be chance. */
function isTooManyBelow(quantile: number, below: number, runs: number, stopping: Stopping): boolean {
  if (stopping === "fixed") return atLeast(below, runs, quantile) <= WITHIN_ALPHA;
  return evidenceAgainstAtMost(quantile, below, runs) >= 1 / ALPHA;
}

/** The rank of the order statistic that lies at or below the quantile; null when not even the smallest does. */
export function lowerRank(quantile: number, runs: number, stopping: Stopping): number | null {
  const isTooFew = (below: number): boolean =>
    stopping === "fixed"
      ? atMost(below, runs, quantile) <= WITHIN_ALPHA
      : evidenceAgainstAtLeast(quantile, below, runs) >= 1 / ALPHA;
  let rank: number | null = null;
  for (let below = 0; below < runs && isTooFew(below); below++) rank = below + 1;
  return rank;
}

/** The bounds of a quantile: the upper one from the high ends, the lower one from the low ends. */
export function quantileBounds(durations: readonly Duration[], quantile: number, stopping: Stopping): QuantileBounds {
  const upper = upperRank(quantile, durations.length, stopping);
  const lower = lowerRank(quantile, durations.length, stopping);
  const ends = { low: durations.map(({ lowMs }) => lowMs), high: durations.map(({ highMs }) => highMs ?? Infinity) };
  const atLeastMs = lower === null ? 0 : nth(ends.low, lower);
  const atMostMs = upper === null ? Infinity : nth(ends.high, upper);
  // That it took some time and not for ever is no news.
  return { atLeastMs: atLeastMs > 0 ? atLeastMs : null, atMostMs: atMostMs < Infinity ? atMostMs : null };
}

/**
 * How many runs there must be in all for the upper bound of the quantile to be within a limit, if every run but `beyond` of them is. For p95,
 * fixed: 59, 93, 124 (Wilks, Ann. Math. Stat. 12 (1941) 91).
 */
export function runsNeeded(quantile: number, beyond: number, stopping: Stopping): number {
  let runs = beyond + 1;
  while (!isTooManyBelow(quantile, runs - beyond, runs, stopping)) runs++;
  return runs;
}

function nth(values: readonly number[], rank: number): number {
  return values.toSorted((a, b) => a - b)[rank - 1] ?? Number.NaN;
}
