/** The one time axis that the timeline, the charts and the probe strip share, so that the eye can go straight down. */
import type { DrillResult } from "../../integrity/index.ts";
import type { Ledger } from "../../ledger/index.ts";

/** A span of the run's clock and the instant that reads as zero. */
export interface TimeAxis {
  readonly fromMs: number;
  readonly toMs: number;
  /** The injection; without one, the run's base instant. */
  readonly zeroMs: number;
  /** What zero is, for labels. */
  readonly zeroIs: "injection" | "start of the run";
  /** Run-clock instants to label. */
  readonly ticksMs: readonly number[];
}

/** How much of the shown span lies before the injection, at most: enough to see what normal looked like. */
const LEAD_SHARE = 0.3;

/**
 * From shortly before the injection to the end of the workload, or of the hold if that is later. A run without an
 * injection is shown whole.
 */
export function timeAxis(ledger: Ledger, result: DrillResult): TimeAxis {
  const { injectedAtMs } = result.timeline;
  const startMs = workloadStartMs(ledger) ?? 0;
  const endMs = endOfInterest(ledger, result);
  const zeroMs = injectedAtMs ?? 0;
  const leadMs = ((endMs - zeroMs) * LEAD_SHARE) / (1 - LEAD_SHARE);
  const fromMs = injectedAtMs === null ? 0 : Math.min(zeroMs, Math.max(startMs, zeroMs - leadMs));
  const toMs = Math.max(endMs, fromMs + 1000);
  return {
    fromMs,
    toMs,
    zeroMs,
    zeroIs: injectedAtMs === null ? "start of the run" : "injection",
    ticksMs: ticks(fromMs, toMs, zeroMs),
  };
}

/** Where an instant lies on the axis, from 0 to 100; instants outside are moved to its ends. */
export function percent(axis: TimeAxis, atMs: number): number {
  const share = (atMs - axis.fromMs) / (axis.toMs - axis.fromMs);
  return Number((100 * Math.min(1, Math.max(0, share))).toFixed(3));
}

/** An instant as it is labelled on the axis. */
export function tickLabel(axis: TimeAxis, atMs: number): string {
  const value = Number(((atMs - axis.zeroMs) / 1000).toFixed(1));
  return `${value > 0 && axis.zeroIs === "injection" ? "+" : ""}${value} s`;
}

function workloadStartMs(ledger: Ledger): number | null {
  return ledger.entries.find((one) => one.kind === "operation")?.sentAtMs ?? null;
}

function endOfInterest(ledger: Ledger, result: DrillResult): number {
  const { steadyAgainSinceMs } = result.timeline;
  const workload =
    ledger.entries.findLast((one) => one.kind === "operation" || one.kind === "workload-stopped")?.atMs ?? 0;
  const held = steadyAgainSinceMs === null ? 0 : steadyAgainSinceMs + ledger.header.plan.holdForMs;
  const whole = ledger.entries.at(-1)?.atMs ?? 0;
  return Math.max(workload, held) || whole;
}

/** About six to ten instants at round distances from zero. */
function ticks(fromMs: number, toMs: number, zeroMs: number): readonly number[] {
  const magnitude = 10 ** Math.floor(Math.log10((toMs - fromMs) / 5));
  const stepMs =
    [1, 2, 5, 10].map((factor) => factor * magnitude).find((step) => (toMs - fromMs) / step <= 9) ?? 10 * magnitude;
  const first = Math.ceil((fromMs - zeroMs) / stepMs);
  const last = Math.floor((toMs - zeroMs) / stepMs);
  return Array.from({ length: last - first + 1 }, (_, index) => zeroMs + (first + index) * stepMs);
}
