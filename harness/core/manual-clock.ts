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

/** Far longer than any work on a manual clock here: what hangs is told, not waited for. */
const LIMIT_MS = 120_000;

/**
 * Moves the clock on until the work has ended.
 * @throws what the work throws; an Error when it is not over after `limitMs` more of the clock.
 */
export async function driveToEnd<T>(clock: ManualClock, work: Promise<T>, limitMs: number = LIMIT_MS): Promise<T> {
  let over = false;
  const ended = work.finally(() => {
    over = true;
  });
  // Its failure is thrown below, when it is awaited.
  ended.catch(() => undefined);
  const untilMs = clock.nowMs() + limitMs;
  while (!over && clock.nowMs() < untilMs) await clock.advance(50);
  if (!over) throw new Error(`what is driven is not over after ${limitMs} ms of its own clock`);
  return ended;
}

/** Turns of the event loop without a file under way, after which nothing is due any more. */
const QUIET_TURNS = 3;

/**
 * Lets everything that is already due in the event loop run, and what it does to files: on a loaded machine the clock would
 * else run far ahead of them, as if whoever writes them had dawdled.
 */
async function settle(): Promise<void> {
  for (let quiet = 0; quiet < QUIET_TURNS; quiet = filesUnderWay() ? 0 : quiet + 1)
    await new Promise((resolve) => setImmediate(resolve));
}

/** Whether a file is being opened, read, written or closed. */
function filesUnderWay(): boolean {
  return process.getActiveResourcesInfo().some((kind) => /^FSReq|^CloseReq$/.test(kind));
}
