/** Whether the harness itself was awake: what it did not hear while it stood still accuses nobody. */
import { formatMs } from "../core/index.ts";
import type { Evidence } from "./evidence.ts";

/** Why the harness itself may not have listened for as long as `withinMs`; null when it did. */
export function notListening({ all }: Evidence, withinMs: number): string | null {
  const lags = all("loop-lag").map((entry) => entry.maxLagMs);
  if (lags.length === 0) return "the harness's event loop was not watched";
  const worst = lags.reduce((a, b) => Math.max(a, b));
  return worst < withinMs ? null : `the harness's own event loop lagged by ${formatMs(worst)}`;
}
