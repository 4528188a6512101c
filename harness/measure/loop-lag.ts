/** How far the harness's own event loop lagged: a time measured by a process that was not running is no measurement. */
import type { LedgerEntry } from "../ledger/index.ts";

/** The lag over a span of the run's clock. */
export interface LoopLag {
  /** The longest; null when there is no entry for any of the span. */
  readonly maxMs: number | null;
  /** The longest stretch of the span that no entry covers. */
  readonly uncoveredMs: number;
}

/** The event loop's lag between two instants. */
export function loopLag(entries: readonly LedgerEntry[], fromMs: number, untilMs: number): LoopLag {
  let maxMs: number | null = null;
  let coveredUntilMs = fromMs;
  let uncoveredMs = 0;
  for (const entry of entries) {
    if (entry.kind !== "loop-lag" || entry.atMs < fromMs || entry.sinceMs > untilMs) continue;
    maxMs = Math.max(maxMs ?? 0, entry.maxLagMs);
    uncoveredMs = Math.max(uncoveredMs, entry.sinceMs - coveredUntilMs);
    coveredUntilMs = Math.max(coveredUntilMs, entry.atMs);
  }
  return { maxMs, uncoveredMs: Math.max(uncoveredMs, untilMs - coveredUntilMs) };
}
