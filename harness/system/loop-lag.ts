/**
 * How late one of the harness's own event loops is: what was measured by a loop that stood still is no measurement.
 *
 * Own timers instead of perf_hooks' monitorEventLoopDelay: its reset() also forgets when the last sample was, so that a
 * standstill that begins just before a reset is never counted.
 */
import type { Clock } from "../core/index.ts";
import type { LoopLagEntry } from "../ledger/index.ts";

/** A standstill is seen up to this much shorter than it was. Below the period of any probe. */
const SAMPLE_EVERY_MS = 10;

/** One entry in this time. */
const RECORD_EVERY_MS = 1000;

/** A timer of an idle loop is late by about a millisecond; what is below this is no standstill. */
const JITTER_MS = 5;

export interface LoopLagOptions {
  readonly loop: LoopLagEntry["loop"];
  readonly clock: Clock;
  readonly record: (entry: LoopLagEntry) => void;
  readonly signal: AbortSignal;
}

/** A watch on the loop that it runs in. */
export interface LoopWatch {
  /** How long the loop has stood still since the watch began, all standstills together. */
  stoodStillMs(): number;
  /** Records an entry up to now. */
  note(): void;
  /** Resolves when the watch has ended and its last entry is recorded. */
  readonly ended: Promise<void>;
}

/** Records loop-lag entries until aborted, without a gap between them; the last one covers the rest. */
export function watchLoopLag(options: LoopLagOptions): LoopWatch {
  const { clock, loop, signal } = options;
  let sinceMs = clock.nowMs();
  let maxLagMs = 0;
  let stoodStillMs = 0;
  let sampledAtMs = sinceMs;
  const record = (atMs: number): void => {
    options.record({ kind: "loop-lag", loop, atMs, sinceMs, maxLagMs });
    sinceMs = atMs;
    maxLagMs = 0;
  };
  const watch = async (): Promise<void> => {
    while (!signal.aborted) {
      sampledAtMs = clock.nowMs();
      try {
        await clock.sleep(SAMPLE_EVERY_MS, signal);
      } catch (error) {
        if (!signal.aborted) throw error;
      }
      const nowMs = clock.nowMs();
      const lagMs = Math.max(0, nowMs - sampledAtMs - SAMPLE_EVERY_MS);
      maxLagMs = Math.max(maxLagMs, lagMs);
      if (lagMs > JITTER_MS) stoodStillMs += lagMs;
      if (signal.aborted || nowMs - sinceMs >= RECORD_EVERY_MS) record(nowMs);
    }
  };
  const note = (): void => {
    const nowMs = clock.nowMs();
    maxLagMs = Math.max(maxLagMs, nowMs - sampledAtMs - SAMPLE_EVERY_MS);
    record(nowMs);
  };
  return { stoodStillMs: () => stoodStillMs, note, ended: watch() };
}
