/** What happened when, to scale, and the parts whose sum is the recovery time. */
import type { Element } from "hast";
import { h } from "hastscript";
import type { DrillResult } from "../../integrity/index.ts";
import type { Ledger } from "../../ledger/index.ts";
import type { Rounding } from "../../core/index.ts";
import { NOT_ON_RECORD, seconds, secondsOr } from "../numbers.ts";
import { machineTime, recoveryTimeExplained } from "../words.ts";
import type { TimeAxis } from "./axis.ts";
import { type Happening, happened, isInstant } from "./happenings.ts";
import { note, section, table } from "./parts.ts";
import { recoveryParts } from "./recovery-parts.ts";
import { type Bar, type Track, tracks } from "./tracks.ts";

/** The timeline and the parts. */
export function timelineSection(ledger: Ledger, result: DrillResult, axis: TimeAxis): Element {
  // In the order of their beginnings; what did not happen comes last.
  const happenings = happened(ledger, result).toSorted((a, b) => (a.fromMs ?? Infinity) - (b.fromMs ?? Infinity) || 0);
  return section("timeline", "Timeline", [
    note(`Zero is the ${axis.zeroIs}. Recovery time: ${recoveryTimeExplained(result)}. ${machineTime(result)}`),
    tracks(
      axis,
      [outage(result, axis), ...happenings.map((one) => track(one, axis))],
      "Timeline to scale; the numbers are in the table below.",
    ),
    table(
      ["what", "from", "to", "duration", "run clock (ms)", ""],
      happenings.map((one) => [
        one.label,
        relative(one.fromMs, axis, one.rounding),
        isInstant(one) ? "" : relative(one.toMs, axis, one.rounding),
        isInstant(one) ? "instant" : secondsOr(durationMs(one), NOT_ON_RECORD),
        runClock(one),
        one.remark,
      ]),
      [1, 2, 3, 4],
    ),
    h("h3", "Parts of the recovery time"),
    recoveryParts(result),
  ]);
}

function durationMs(one: Happening): number | null {
  return one.fromMs === null || one.toMs === null ? null : one.toMs - one.fromMs;
}

function track(one: Happening, axis: TimeAxis): Track {
  const whole = durationMs(one);
  const value = isInstant(one)
    ? relative(one.fromMs, axis, one.rounding)
    : whole === null || whole < 0
      ? NOT_ON_RECORD
      : seconds(whole);
  if (one.fromMs === null) return { label: one.label, value: NOT_ON_RECORD, bars: [] };
  // A span whose end is not known is drawn as the instant it began at.
  const toMs = one.toMs === null || one.toMs < one.fromMs ? one.fromMs : one.toMs;
  return { label: one.label, value, bars: [{ fromMs: one.fromMs, toMs, tone: one.tone }] };
}

/** The recovery as a bar: down for certain, then the width of the interval. */
function outage(result: DrillResult, axis: TimeAxis): Track {
  const { low, high } = result.measurements.recoveryTimeMs;
  const { injectedAtMs } = result.timeline;
  const label = "Not in steady state";
  if (injectedAtMs === null) return { label, value: NOT_ON_RECORD, bars: [] };
  const bars: Bar[] = [];
  if (low !== null) bars.push({ fromMs: injectedAtMs, toMs: injectedAtMs + low, tone: "outage" });
  const unsureFromMs = injectedAtMs + (low ?? 0);
  const unsureToMs = high === null ? axis.toMs : injectedAtMs + high;
  if (unsureToMs > unsureFromMs) bars.push({ fromMs: unsureFromMs, toMs: unsureToMs, tone: "unsure" });
  const value =
    high === null ? (low === null ? NOT_ON_RECORD : `> ${seconds(low, "down")}`) : `≤ ${seconds(high, "up")}`;
  return { label, value, bars };
}

/** Where it lies on the run's clock, as the ledger and result.json have it, to the millisecond. */
function runClock(one: Happening): string {
  if (one.fromMs === null) return NOT_ON_RECORD;
  const from = one.fromMs.toFixed(0);
  return isInstant(one) || one.toMs === null ? from : `${from} to ${one.toMs.toFixed(0)}`;
}

/** An instant from zero of the axis; signed, since some lie before it. */
function relative(atMs: number | null, axis: TimeAxis, rounding: Rounding = "nearest"): string {
  if (atMs === null) return NOT_ON_RECORD;
  const fromZeroMs = atMs - axis.zeroMs;
  return `${fromZeroMs < 0 ? "" : "+"}${seconds(fromZeroMs, rounding)}`;
}
