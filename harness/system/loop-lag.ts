/**
 * How late the harness's own event loop is: a time that was measured by a loop that stood still is no measurement.
 *
 * Own timers instead of perf_hooks' monitorEventLoopDelay: its reset() also forgets when the last sample was, so that a
 * standstill that begins just before a reset is never counted.
 */
import type { Clock } from "../core/index.ts";
import type { Recorder } from "../ledger/index.ts";

/** A standstill is seen up to this much shorter than it was. Far below the period of any probe. */
const SAMPLE_EVERY_MS = 10;

/** One entry in this time. */
const RECORD_EVERY_MS = 1000;

export interface LoopLagOptions {
  readonly clock: Clock;
  readonly recorder: Recorder;
  readonly signal: AbortSignal;
}

/** Records loop-lag entries until aborted, without a gap between them; the last one covers the rest. */
export async function watchLoopLag(options: LoopLagOptions): Promise<void> {
  const { clock, recorder, signal } = options;
  let sinceMs = clock.nowMs();
  let maxLagMs = 0;
  const record = (atMs: number): void => {
    recorder.record({ kind: "loop-lag", atMs, sinceMs, maxLagMs });
    sinceMs = atMs;
    maxLagMs = 0;
  };
  while (!signal.aborted) {
    const beforeMs = clock.nowMs();
    try {
      await clock.sleep(SAMPLE_EVERY_MS, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    const nowMs = clock.nowMs();
    maxLagMs = Math.max(maxLagMs, nowMs - beforeMs - SAMPLE_EVERY_MS);
    if (signal.aborted || nowMs - sinceMs >= RECORD_EVERY_MS) record(nowMs);
  }
}
