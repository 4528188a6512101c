/** A clock that only moves when told to, for tests of orchestration. */
import type { Clock } from "./clock.ts";

interface Sleeper {
  readonly dueMs: number;
  readonly wake: () => void;
}

/** A clock that stands still until `advance` is called. */
export interface ManualClock extends Clock {
  /** Moves time on by `ms`, waking every sleeper in the order in which they are due. */
  advance(ms: number): Promise<void>;
}

/** A manual clock at 0 ms. */
export function manualClock(): ManualClock {
  let now = 0;
  const sleepers = new Set<Sleeper>();
  return {
    baseInstantNs: null,
    nowMs: () => now,
    sleep: async (ms, signal) => {
      signal?.throwIfAborted();
      if (ms <= 0) return;
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const sleeper: Sleeper = { dueMs: now + ms, wake: resolve };
      const abort = (): void => reject(signal?.reason as Error);
      sleepers.add(sleeper);
      signal?.addEventListener("abort", abort, { once: true });
      try {
        await promise;
      } finally {
        sleepers.delete(sleeper);
        signal?.removeEventListener("abort", abort);
      }
    },
    advance: async (ms) => {
      const untilMs = now + ms;
      for (;;) {
        await settle();
        const next = [...sleepers].sort((a, b) => a.dueMs - b.dueMs)[0];
        if (next === undefined || next.dueMs > untilMs) break;
        now = Math.max(now, next.dueMs);
        sleepers.delete(next);
        next.wake();
      }
      now = untilMs;
      await settle();
    },
  };
}

/** Lets everything that is already due in the event loop run. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}
