/** A fixed-rate grid: an open model on the run's clock. What is done on a tick never delays the next tick. */
import type { Clock } from "../core/index.ts";

export interface GridOptions {
  readonly clock: Clock;
  readonly periodMs: number;
  /** Ends the grid. */
  readonly signal: AbortSignal;
  /** Called on each tick; it must end by itself within a bounded time. */
  readonly onTick: () => Promise<void>;
}

/**
 * Ticks now and then every `periodMs` until aborted, and then waits for what is still under way, so that the record of
 * it is whole. A tick that the event loop came too late for, by more than a period, is left out: the gap shows that
 * nobody looked, where a burst would pretend that somebody did.
 * @throws what `onTick` threw first; the grid ends with it.
 */
export async function runGrid(options: GridOptions): Promise<void> {
  const { clock, onTick, periodMs } = options;
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
  await Promise.all(underWay);
  if (failed.signal.aborted) throw failed.signal.reason;
}
