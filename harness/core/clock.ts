/**
 * Time as the drill sees it: one monotonic clock whose zero is the run's base instant.
 * The wall clock is read once, for the record; no duration is ever computed from it (it jumps).
 */
import { setTimeout as delay } from "node:timers/promises";

/** The run's clock. Tests pass a manual one (`manual-clock.ts`). */
export interface Clock {
  /**
   * The base instant on the machine's monotonic clock (`process.hrtime`), by which another thread or process can have
   * the same clock. Null: nobody else can have it.
   */
  readonly baseInstantNs: bigint | null;
  /** Milliseconds since the run's base instant, monotonic, to the microsecond. */
  nowMs(): number;
  /**
   * Resolves after `ms`; at once if `ms` is not positive.
   * @throws the signal's reason when it aborts.
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/**
 * The machine's monotonic clock.
 * @param baseInstantNs its zero; default: now. The same zero gives the same clock in every thread: `process.hrtime` is
 * the machine's, where `performance.now` counts from the start of the thread.
 */
export function systemClock(baseInstantNs: bigint = process.hrtime.bigint()): Clock {
  return {
    baseInstantNs,
    // Whole microseconds: durations add up exactly, and what is finer than that is noise.
    nowMs: () => Number((process.hrtime.bigint() - baseInstantNs) / 1000n) / 1000,
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

/** A clock that stands still until it is told to go on. */
export interface StandingClock extends Clock {
  goOn(): void;
}

/** The machine's clock, which shows `atMs` until it goes on from there; what sleeps on it sleeps all the same. */
export function standingClock(atMs: number): StandingClock {
  const { sleep } = systemClock();
  let going: Clock | null = null;
  return {
    sleep,
    get baseInstantNs() {
      return going?.baseInstantNs ?? null;
    },
    nowMs: () => going?.nowMs() ?? atMs,
    goOn: () => void (going ??= systemClock(process.hrtime.bigint() - BigInt(Math.round(atMs * 1e6)))),
  };
}
