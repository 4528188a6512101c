/** How far one of the harness's own event loops lagged: what it did meanwhile was late by as much. */
import type { LedgerEntry, LoopLagEntry } from "../ledger/index.ts";

/** The lag over a span of the run's clock. */
export interface LoopLag {
  /** The longest; null when there is no entry for any of the span. */
  readonly maxMs: number | null;
  /** The longest stretch of the span that no entry covers. */
  readonly uncoveredMs: number;
}

/** The lag of a loop between two instants. */
export function loopLag(
  entries: readonly LedgerEntry[],
  loop: LoopLagEntry["loop"],
  span: { readonly fromMs: number; readonly untilMs: number },
): LoopLag {
  const { fromMs, untilMs } = span;
  let maxMs: number | null = null;
  let coveredUntilMs = fromMs;
  let uncoveredMs = 0;
  for (const entry of entries) {
    if (entry.kind !== "loop-lag" || entry.loop !== loop || entry.atMs < fromMs || entry.sinceMs > untilMs) continue;
    maxMs = Math.max(maxMs ?? 0, entry.maxLagMs);
    uncoveredMs = Math.max(uncoveredMs, entry.sinceMs - coveredUntilMs);
    coveredUntilMs = Math.max(coveredUntilMs, entry.atMs);
  }
  return { maxMs, uncoveredMs: Math.max(uncoveredMs, untilMs - coveredUntilMs) };
}
