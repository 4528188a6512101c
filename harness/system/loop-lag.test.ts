import { expect, test } from "vitest";
import { manualClock } from "../core/manual-clock.ts";
import type { LedgerEntry } from "../ledger/index.ts";
import { watchLoopLag } from "./loop-lag.ts";

test("a standstill is recorded with its length, nothing is left out between entries, and the rest is told at the end", async () => {
  const clock = manualClock();
  const stopping = new AbortController();
  const entries: LedgerEntry[] = [];
  let lateByMs = 0;
  const lagging = {
    baseInstantNs: null,
    nowMs: clock.nowMs,
    sleep: async (ms: number, signal?: AbortSignal) => {
      const late = lateByMs;
      lateByMs = 0;
      await clock.sleep(ms + late, signal);
    },
  };
  const record = (entry: LedgerEntry): void => void entries.push(entry);
  const watch = watchLoopLag({ loop: "probes", clock: lagging, record, signal: stopping.signal });
  await clock.advance(990);
  lateByMs = 500;
  await clock.advance(1500);
  stopping.abort();
  await watch.ended;
  expect(watch.stoodStillMs()).toBe(500);
  expect(entries).toEqual([
    { kind: "loop-lag", loop: "probes", atMs: 1000, sinceMs: 0, maxLagMs: 0 },
    { kind: "loop-lag", loop: "probes", atMs: 2000, sinceMs: 1000, maxLagMs: 500 },
    { kind: "loop-lag", loop: "probes", atMs: 2490, sinceMs: 2000, maxLagMs: 0 },
  ]);
});
