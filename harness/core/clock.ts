/**
 * Time as the drill sees it: one monotonic clock whose zero is the run's base instant.
 * The wall clock is read once, for the record; no duration is ever computed from it (it jumps).
 */
import { setTimeout as delay } from "node:timers/promises";

/** The run's clock. Tests pass a manual one (`manual-clock.ts`). */
export interface Clock {
  /** Milliseconds since the run's base instant, monotonic, in whole microseconds: further digits would be noise. */
  nowMs(): number;
  /**
   * Resolves after `ms`; at once if `ms` is not positive.
   * @throws the signal's reason when it aborts.
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** The machine's monotonic clock, with now as its base instant. */
export function systemClock(): Clock {
  const baseMs = performance.now();
  return {
    nowMs: () => Math.round((performance.now() - baseMs) * 1000) / 1000,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      if (ms <= 0) return;
      try {
        await delay(ms, undefined, signal === undefined ? {} : { signal });
      } catch (error) {
        signal?.throwIfAborted();
        throw error;
      }
    },
  };
}
