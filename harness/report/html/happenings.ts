/** What happened in a run and when: the rows of the timeline. Not its business: how they are drawn. */
import type { DrillResult } from "../../integrity/index.ts";
import type { Ledger } from "../../ledger/index.ts";
import type { Rounding } from "../../core/index.ts";
import { pageSteps, stepOutcome } from "../words.ts";
import type { Bar } from "./tracks.ts";

/** One thing that happened: an instant, or a span. Null where it did not happen or is not known. */
export interface Happening {
  readonly label: string;
  readonly fromMs: number | null;
  readonly toMs: number | null;
  readonly tone: Bar["tone"];
  /** Rounding of the instants: the high end of the recovery is a bound, and reads the same everywhere. */
  readonly rounding?: Rounding;
  /** Said beside the number, e.g. how a step ended. */
  readonly remark: string;
}

/** What happened in a run, in no particular order. */
export function happened(ledger: Ledger, result: DrillResult): readonly Happening[] {
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
    ...pageFollowed(result),
    ...(timeline.faultEndedAtMs === null ? [] : [instant("Fault has ended", timeline.faultEndedAtMs, "fault")]),
    ...pageSteps(result).map((step): Happening => {
      const { ok, text } = stepOutcome(step);
      const where = step.node === null ? "no node" : `on ${step.node}`;
      return {
        label: step.part === "preparation" ? `Preparation ${step.id}` : `Step ${step.id}`,
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

function pageFollowed({ runbook, timeline }: DrillResult): readonly Happening[] {
  if (runbook === null) return [];
  const { runbookStartedAtMs: fromMs, runbookEndedAtMs: toMs } = timeline;
  return [{ label: "Runbook", fromMs, toMs, tone: "step", remark: runbook.file }];
}

function instant(label: string, atMs: number | null, tone: Bar["tone"], rounding: Rounding = "nearest"): Happening {
  return { label, fromMs: atMs, toMs: atMs, tone, rounding, remark: "" };
}

/** Whether it took no time. */
export function isInstant(one: Happening): boolean {
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

/** From the end of the page, or of the fault where nobody acts. Nothing when steady state held before: there was nothing to settle. */
function settling(result: DrillResult): readonly Happening[] {
  const { faultEndedAtMs, runbookEndedAtMs, steadyAgainSinceMs } = result.timeline;
  const fromMs = result.runbook === null ? faultEndedAtMs : runbookEndedAtMs;
  if (fromMs !== null && steadyAgainSinceMs !== null && steadyAgainSinceMs < fromMs) return [];
  return [
    {
      label: "Settling",
      fromMs,
      toMs: steadyAgainSinceMs,
      tone: "settle",
      rounding: "up",
      remark: "",
    },
  ];
}
