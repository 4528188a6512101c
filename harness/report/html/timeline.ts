/** What happened when, to scale, and the parts whose sum is the recovery time. */
import type { Element } from "hast";
import { h } from "hastscript";
import type { DrillResult } from "../../integrity/index.ts";
import type { Ledger } from "../../ledger/index.ts";
import {
  MACHINE_TIME,
  NOT_ON_RECORD,
  PART_MEANING,
  recoveryTimeExplained,
  type Rounding,
  seconds,
  secondsOr,
  stepOutcome,
} from "../words.ts";
import type { TimeAxis } from "./axis.ts";
import { note, section, table } from "./parts.ts";
import { type Bar, type Track, tracks } from "./tracks.ts";

/** One thing that happened: an instant, or a span. Null where it did not happen or is not known. */
interface Happening {
  readonly label: string;
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly tone: Bar["tone"];
  /** Rounding of the instants: the high end of the recovery is a bound, and reads the same everywhere. */
  readonly rounding?: Rounding;
  /** Said beside the number, e.g. how a step ended. */
  readonly remark: string;
}

/** The timeline and the parts. */
export function timelineSection(ledger: Ledger, result: DrillResult, axis: TimeAxis): Element {
  // In the order of their beginnings; what did not happen comes last.
  const happenings = happened(ledger, result).toSorted((a, b) => (a.fromMs ?? Infinity) - (b.fromMs ?? Infinity) || 0);
  const { parts } = result.measurements;
  return section("timeline", "Timeline", [
    note(`Zero is the ${axis.zeroIs}. Recovery time: ${recoveryTimeExplained(result)}. ${MACHINE_TIME}`),
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
    ...(parts.length === 0 ? [note("There are no parts: no recovery was measured.")] : [partsTable(result)]),
  ]);
}

function happened(ledger: Ledger, result: DrillResult): readonly Happening[] {
  const { timeline } = result;
  const injecting =
    ledger.entries.find((one) => one.kind === "fault" && one.event === "injecting")?.atMs ?? timeline.injectedAtMs;
  const injected = ledger.entries.find((one) => one.kind === "fault" && one.event === "injected")?.atMs ?? null;
  return [
    ...(timeline.injectedAtMs === null ? phases(ledger) : []),
    {
      label: "Fault is injected",
      fromMs: injecting,
      toMs: injected,
      tone: "fault",
      remark: `${result.fault.id} (${result.fault.proof})`,
    },
    instant("First failure is seen", timeline.firstFailureAtMs, "fault"),
    { label: "Detection", fromMs: timeline.firstFailureAtMs, toMs: timeline.detectedAtMs, tone: "wait", remark: "" },
    { label: "Reaction", fromMs: timeline.detectedAtMs, toMs: timeline.runbookStartedAtMs, tone: "wait", remark: "" },
    {
      label: "Runbook",
      fromMs: timeline.runbookStartedAtMs,
      toMs: timeline.runbookEndedAtMs,
      tone: "step",
      remark: result.runbook.file,
    },
    ...result.runbook.steps.map((step): Happening => {
      const { ok, text } = stepOutcome(step);
      const where = step.node === null ? "no node" : `on ${step.node}`;
      return {
        label: `Step ${step.id}`,
        fromMs: step.startMs,
        toMs: step.endMs,
        tone: ok ? "step" : "bad-step",
        remark: `${text}, ${where}`,
      };
    }),
    instant("First write again", timeline.firstServiceAtMs, "good"),
    ...settling(result),
    instant("Steady again", timeline.steadyAgainSinceMs, "good", "up"),
    ...hold(ledger, result),
  ];
}

function instant(label: string, atMs: number | null, tone: Bar["tone"], rounding: Rounding = "nearest"): Happening {
  return { label, fromMs: atMs, toMs: atMs, tone, rounding, remark: "" };
}

function isInstant(one: Happening): boolean {
  return one.fromMs !== null && one.fromMs === one.toMs;
}

/** Without an injection, the phases are all there is to see: how far the run came. */
function phases(ledger: Ledger): readonly Happening[] {
  const begun = ledger.entries.filter((one) => one.kind === "phase");
  const endMs = ledger.entries.at(-1)?.atMs ?? null;
  return begun.map((one, index) => ({
    label: `Phase ${one.phase}`,
    fromMs: one.atMs,
    toMs: begun[index + 1]?.atMs ?? endMs,
    tone: "wait",
    remark: "",
  }));
}

function hold(ledger: Ledger, result: DrillResult): readonly Happening[] {
  const { steadyAgainSinceMs } = result.timeline;
  if (steadyAgainSinceMs === null) return [];
  const toMs = steadyAgainSinceMs + ledger.header.plan.holdForMs;
  const remark = "steady without a break, as the drill demands";
  return [{ label: "Hold", fromMs: steadyAgainSinceMs, toMs, tone: "good", rounding: "up", remark }];
}

/** Nothing when steady state held before the page had ended: then there was nothing to settle. */
function settling(result: DrillResult): readonly Happening[] {
  const { runbookEndedAtMs, steadyAgainSinceMs } = result.timeline;
  if (runbookEndedAtMs !== null && steadyAgainSinceMs !== null && steadyAgainSinceMs < runbookEndedAtMs) return [];
  return [
    {
      label: "Settling",
      fromMs: runbookEndedAtMs,
      toMs: steadyAgainSinceMs,
      tone: "settle",
      rounding: "up",
      remark: "",
    },
  ];
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

function partsTable(result: DrillResult): Element {
  const { parts, recoveryTimeMs } = result.measurements;
  const sumMs = parts.reduce((sum, one) => sum + one.durationMs, 0);
  // They are differences of one clock: more than rounding of the sum of floats would be a defect, and is shown.
  const addsUp = recoveryTimeMs.high !== null && Math.abs(sumMs - recoveryTimeMs.high) < 0.5;
  return h("div", [
    h(
      "div",
      { className: ["parts"], ariaHidden: "true" },
      parts.map((one) =>
        h("span", { className: ["part", one.part], style: `flex-grow:${Math.max(0, one.durationMs).toFixed(3)}` }),
      ),
    ),
    table(
      ["part", "duration", "what it is"],
      [
        ...parts.map((one) => [partName(one.part), seconds(one.durationMs), PART_MEANING[one.part]]),
        [
          h("strong", "sum"),
          h("strong", seconds(sumMs, "up")),
          addsUp ? "the high end of the recovery time" : "does NOT equal the recovery time: do not trust these parts",
        ],
      ],
      [1],
    ),
  ]);
}

function partName(part: string): Element {
  return h("span", [h("span", { className: ["key", "part", part] }), ` ${part}`]);
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
