/** Service probes of one member as spans of time, for the strip in the report. Pure. */
import type { GridPlan, ServiceProbeEntry } from "../ledger/index.ts";

/** A span in which every probe of a member said the same, or in which none was sent. */
export interface ServiceSpan {
  readonly state: "up" | "down" | "not-probed";
  readonly fromMs: number;
  readonly toMs: number;
  readonly probes: number;
  /** Every reason that a probe of the span gave. */
  readonly reasons: readonly string[];
}

/** More ticks missed than this are not jitter: nobody looked. */
const TICKS_MISSED = 2;

/**
 * Covers [fromMs, toMs] from end to end, by the time of sending. A span ends where the next one begins; without a next
 * one, a period after its last probe, because that is how long a probe stands for.
 */
export function serviceSpans(
  probes: readonly ServiceProbeEntry[],
  grid: GridPlan,
  whole: { readonly fromMs: number; readonly toMs: number },
): readonly ServiceSpan[] {
  const found: ServiceSpan[] = [];
  let coveredToMs = whole.fromMs;
  const lookAway = (untilMs: number): void => {
    if (untilMs - coveredToMs <= TICKS_MISSED * grid.periodMs) return;
    found.push({ state: "not-probed", fromMs: coveredToMs, toMs: untilMs, probes: 0, reasons: [] });
    coveredToMs = untilMs;
  };
  for (const probe of probes.toSorted((a, b) => a.sentAtMs - b.sentAtMs)) {
    // Nobody knows what it would have shown: as if it had not been sent.
    if (probe.ok === null) continue;
    if (probe.sentAtMs < whole.fromMs || probe.sentAtMs > whole.toMs) continue;
    lookAway(probe.sentAtMs);
    const state = probe.ok ? "up" : "down";
    const last = found.at(-1);
    const reasons = probe.reason === null ? [] : [probe.reason];
    coveredToMs = Math.min(whole.toMs, probe.sentAtMs + grid.periodMs);
    if (last?.state === state) {
      const all = [...new Set([...last.reasons, ...reasons])];
      found[found.length - 1] = { ...last, toMs: coveredToMs, probes: last.probes + 1, reasons: all };
    } else {
      if (last !== undefined) found[found.length - 1] = { ...last, toMs: probe.sentAtMs };
      found.push({
        state,
        fromMs: last === undefined ? whole.fromMs : probe.sentAtMs,
        toMs: coveredToMs,
        probes: 1,
        reasons,
      });
    }
  }
  lookAway(whole.toMs);
  return found;
}
