/** A fixed-rate grid: an open model on the run's clock. What is done on a tick never delays the next tick. */
import { DrillError, endsWithin, formatMs, type Clock } from "../core/index.ts";
import type { GridPlan } from "../ledger/index.ts";

export interface GridOptions {
  readonly clock: Clock;
  /** Its period, and the time-out that whatever is done on a tick must keep. */
  readonly grid: GridPlan;
  /** What is done on a tick, in the plural, for the message of those that never end. */
  readonly what: string;
  /** Ends the grid. */
  readonly signal: AbortSignal;
  /** Called on each tick; it must end by itself within the time-out. */
  readonly onTick: () => Promise<void>;
}

/** What has a time-out ends milliseconds after it; on a loaded machine within seconds. */
const BEYOND_TIMEOUT_MS = 5000;

/**
 * Ticks now and then every `periodMs` until aborted, and then waits for what is still under way, so that the record of
 * it is whole. A tick that the event loop came too late for, by more than a period, is left out: the gap shows that
 * nobody looked, where a burst would pretend that somebody did.
 * @throws what `onTick` threw first; the grid ends with it. DrillError `harness` when what is under way does not end:
 * nothing of it is on record, and whoever waits for it would hang with it.
 */
export async function runGrid(options: GridOptions): Promise<void> {
  const { clock, grid, onTick, what } = options;
  const { periodMs, timeoutMs } = grid;
  const failed = new AbortController();
  const ending = AbortSignal.any([options.signal, failed.signal]);
  const underWay = new Set<Promise<void>>();
  const startMs = clock.nowMs();
  for (let turn = 0; !ending.aborted;) {
    const tick = onTick()
      .catch((error: unknown) => failed.abort(error))
      .finally(() => underWay.delete(tick));
    underWay.add(tick);
    turn = Math.max(turn + 1, Math.floor((clock.nowMs() - startMs) / periodMs));
    try {
      await clock.sleep(startMs + turn * periodMs - clock.nowMs(), ending);
    } catch (error) {
      if (!ending.aborted) throw error;
    }
  }
  const withinMs = timeoutMs + BEYOND_TIMEOUT_MS;
  const ended = await endsWithin(clock, Promise.all(underWay), withinMs);
  if (failed.signal.aborted) throw failed.signal.reason;
  if (ended) return;
  const message = `${underWay.size} ${what} were still under way ${formatMs(withinMs)} after the last one was sent: the client does not keep its time-out of ${formatMs(timeoutMs)}, or tries again without end`;
  throw new DrillError("harness", "probes", message);
}
