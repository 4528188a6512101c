/** How results are put into words, the same in every report. Not its business: any format. */
import { formatMs, type Outcome, OUTCOMES_WORST_FIRST } from "../core/index.ts";
import type { ControlKind } from "../ledger/index.ts";
import {
  lackingFor,
  type DrillResult,
  type Finding,
  type ObjectiveResult,
  type RecoveryPart,
  type RecoveryTime,
  type StepResult,
  type TimeSpent,
  type WriteAccount,
} from "../integrity/index.ts";
import { count, countRange, NOT_KNOWN, NOT_MEASURED, seconds, secondsNumber, secondsRange } from "./numbers.ts";

/** Said wherever a recovery time is shown. */
export const MACHINE_TIME = "Machine time only; people's reaction time is not in it.";

/** The same of one drill, with what it comes to if people took as long as the reader assumes. */
export function machineTime({ assumedReactionMs, measurements }: DrillResult): string {
  if (assumedReactionMs === null) return MACHINE_TIME;
  const { low, high, censored } = measurements.recoveryTimeMs;
  const assumed = `${MACHINE_TIME} A reaction of ${seconds(assumedReactionMs)} is assumed (a parameter, not measured)`;
  if (low === null) return `${assumed}.`;
  const whole = { low: low + assumedReactionMs, high: high === null ? null : high + assumedReactionMs, censored };
  return `${assumed}; with it the recovery would take ${recoveryTime(whole)}.`;
}

/** How the whole length of a run, or of several, was spent, the largest share first. */
export function timeSpentOn({ page, cluster, declared, harness }: TimeSpent): string {
  const whole = page + cluster + declared + harness;
  const shares: readonly (readonly [string, number])[] = [
    ["the page's steps", page],
    ["waiting for the cluster", cluster],
    ["what the drill declares to wait (warm-up, alert, holds)", declared],
    ["the harness itself", harness],
  ];
  return shares
    .toSorted((a, b) => b[1] - a[1])
    .map(([what, ms]) => `${what} ${seconds(ms)} (${whole === 0 ? 0 : Math.round((100 * ms) / whole)} %)`)
    .join(", ");
}

/** What each outcome means, in one sentence. */
export const OUTCOME_MEANING: Readonly<Record<Outcome | "skipped", string>> = {
  passed: "The evidence is there, and it is good.",
  failed: "A violation was proven, or an objective was missed.",
  broken: "The harness or its environment failed; nothing is proven about the procedure.",
  interrupted: "The run was ended early; nothing is proven about the procedure.",
  inconclusive: "There is not enough evidence for a verdict; nothing is proven about the procedure.",
  skipped: "Not checked; it does not count in the verdict.",
};

/** Findings in the order in which a reader needs them: worst first, then skipped, then passed. */
export function worstFirst(findings: readonly Finding[]): readonly Finding[] {
  const order: readonly Finding["outcome"][] = [
    ...OUTCOMES_WORST_FIRST.filter((one) => one !== "passed"),
    "skipped",
    "passed",
  ];
  return findings.toSorted((a, b) => order.indexOf(a.outcome) - order.indexOf(b.outcome));
}

/** The findings of checks that need what the store lacks. */
export function notJudged({ findings, store }: DrillResult): readonly Finding[] {
  return findings.filter(({ checkId, outcome }) => outcome === "skipped" && lackingFor(checkId, store.lacks) !== null);
}

/** How many checks passed, of those that could be judged. */
export function checksPassed(result: DrillResult): string {
  const passed = result.findings.filter(({ outcome }) => outcome === "passed").length;
  const left = notJudged(result).length;
  return `${passed} of ${result.findings.length - left} passed${left === 0 ? "" : `, ${left} not judged`}`;
}

/** What the store lacks, one sentence each. */
export function lackingFeatures({ store }: DrillResult): readonly string[] {
  return Object.entries(store.lacks).map(
    ([feature, because]) => `Not judged: ${feature.replaceAll("-", " ")}: ${because}`,
  );
}

/** The recovery time as a number: an interval (low end rounded down, high end up), "more than X", or that there is none. */
export function recoveryTime(time: RecoveryTime): string {
  const { low, high, censored } = time;
  if (censored || high === null) return low === null ? NOT_MEASURED : `more than ${seconds(low, "down")}`;
  return low === null ? `at most ${seconds(high, "up")}` : `${secondsNumber(low, "down")} to ${seconds(high, "up")}`;
}

/** The same with what it means when it is not an interval, and whether it can be trusted. */
export function recoveryTimeExplained(result: DrillResult): string {
  const time = result.measurements.recoveryTimeMs;
  const remarks: string[] = [];
  const healed = healing(result);
  if (healed !== null) remarks.push(healed);
  if (time.censored) remarks.push("steady state did not return while it was watched");
  else if (time.high === null) remarks.push("nothing was injected, or no recovery is on record");
  if (result.control !== "none") remarks.push("in a control nobody judges whether it can be trusted");
  else if (!isTimeTrusted(result)) remarks.push("not to be trusted, see time-trustworthy");
  return [recoveryTime(time), ...(remarks.length === 0 ? [] : [`(${remarks.join("; ")})`])].join(" ");
}

/** How long it took after the fault had ended, where nobody acts; null where somebody does, or it did not heal. */
function healing({
  measurements: { parts },
  timeline: { faultEndedAtMs, runbookStartedAtMs },
}: DrillResult): string | null {
  const settling = parts.find((one) => one.part === "settling");
  if (faultEndedAtMs === null || runbookStartedAtMs !== null || settling === undefined) return null;
  return `${seconds(settling.durationMs, "up")} of it after the fault had ended`;
}

/** Whether the check on the harness's own delays speaks for the times. Without a time there is nothing to trust. */
export function isTimeTrusted(result: DrillResult): boolean {
  const { low, high } = result.measurements.recoveryTimeMs;
  if (low === null && high === null) return true;
  return result.findings.some((one) => one.checkId === "time-trustworthy" && one.outcome === "passed");
}

/** A sentence: what others wrote may lack its capital and its full stop. */
export function sentence(text: string): string {
  const trimmed = text.trim();
  const capital = trimmed.slice(0, 1).toUpperCase() + trimmed.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}

/** The account of writes, as label and number, in the order in which it is read. */
export function writeAccount(writes: WriteAccount): readonly (readonly [label: string, value: string])[] {
  return [
    ["attempted", count(writes.attempted)],
    ["acknowledged", count(writes.acknowledged)],
    ["kept", count(writes.kept)],
    ["lost", countRange(writes.lost)],
    ["lost that had to be kept", countRange(writes.lostToBeKept)],
    ["lost after the recovery point", countRange(writes.lostAfterRecoveryPoint)],
    ["keys with a lost write", countRange(writes.lostKeys)],
    ["acknowledged time lost", secondsRange(writes.lostSpanMs)],
    ["keys resurrected", count(writes.resurrected)],
    ["keys with a write applied again", count(writes.duplicated)],
    ["refused", count(writes.refused)],
    ["unknown", count(writes.unknown)],
    ["unknown, found kept", count(writes.unknownKept)],
    ["unknown, not found", count(writes.unknownLost)],
  ];
}

/** The lost writes in the words of the verdict line. */
export function lostWrites(writes: WriteAccount): string {
  if (writes.lost === null) return "lost writes not known";
  const { low } = writes.lost;
  if (low === 0) return "no acknowledged write lost";
  const beyond = count(writes.lostAfterRecoveryPoint?.low ?? null);
  return `${count(low)} acknowledged ${low === 1 ? "write" : "writes"} lost (after the recovery point: ${beyond})`;
}

/** Why the high end of a loss is higher than what is proven; null when it is not. */
export function highEndOfLoss({ lost, unknownLost }: WriteAccount): string | null {
  if (lost === null || lost.low === lost.high) return null;
  const gone =
    unknownLost === 1
      ? "1 write that was never answered and is"
      : `${count(unknownLost)} writes that were never answered and are`;
  return `The high end counts ${gone} not there: whether applied and then lost, or never applied, nobody knows.`;
}

/** The names of the two objectives. */
export const OBJECTIVE_NAME: Readonly<Record<ObjectiveResult["id"], string>> = {
  "recovery-time": "Recovery time objective",
  "lost-writes": "Lost writes objective",
};

/** Limit and measurement of an objective with their unit. */
export function objectiveNumbers(objective: ObjectiveResult): {
  readonly limit: string;
  readonly measured: string;
  readonly met: string;
} {
  const isTime = objective.id === "recovery-time";
  return {
    limit: `at most ${isTime ? seconds(objective.limit, "down") : inWrites(objective.limit)}`,
    measured:
      objective.measured === null
        ? NOT_MEASURED
        : isTime
          ? seconds(objective.measured, "up")
          : inWrites(objective.measured),
    met: objective.met === null ? "not known whether it was met" : objective.met ? "met" : "missed",
  };
}

function inWrites(value: number): string {
  return `${count(value)} ${value === 1 ? "write" : "writes"}`;
}

/** What each part of the recovery time is, for someone who reads it the first time. */
export const PART_MEANING: Readonly<Record<RecoveryPart["part"], string>> = {
  "visible-after": "until a client or a probe first saw a failure",
  detection: "then, until the alarm",
  reaction: "then, until the page was begun",
  runbook: "then, until the page had been followed to its end, or steady state held before that",
  "until-fault-ends": "then, until the fault had ended by itself",
  settling: "then, until steady state held",
};

/** How a step ended. */
export function stepOutcome(step: { readonly status: string; readonly exitCode: number | null }): {
  readonly text: string;
  readonly ok: boolean;
} {
  switch (step.status) {
    case "ran":
      return step.exitCode === null
        ? { text: `exit code ${NOT_KNOWN}`, ok: false }
        : { text: `exit ${step.exitCode}`, ok: step.exitCode === 0 };
    case "timed-out":
      return { text: "timed out", ok: false };
    case "skipped":
      return { text: "skipped", ok: false };
    case "not-chosen":
      return { text: "not chosen", ok: true };
    default:
      return { text: "the session ended", ok: false };
  }
}

/** Duration of a step; null when it did not run or did not end. */
export function stepDurationMs(step: {
  readonly startMs: number | null;
  readonly endMs: number | null;
}): number | null {
  return step.startMs === null || step.endMs === null ? null : step.endMs - step.startMs;
}

/** What a pass of each control says. */
const CONTROL_SHOWS: Readonly<Record<ControlKind, string>> = {
  "no-fault": "the cluster stays steady when nothing is broken",
  "no-recovery": "the cluster does not recover by itself",
  "restart-only": "starting everything again does not recover it without loss",
  "recovery-only": "the page does a healthy cluster the harm that the scenario declares, and no other",
};

/** What kind of run it was, when it was not the drill itself; null when it was. */
export function controlNote(result: DrillResult): string | null {
  if (result.control === "none") return null;
  return `This is the control run “${result.control}”, not the drill itself: a pass says that ${CONTROL_SHOWS[result.control]}.`;
}

/** What a fork began with, and what it added to the disaster; null for a run that made its own. */
export function forkNote({ fork }: DrillResult): string | null {
  if (fork === null) return null;
  const from = `Forked from ${fork.runId} at ${formatMs(fork.atMs)} of it: what stands before was recorded there.`;
  if (fork.restarted.length === 0) return `${from} No member ran then, so that this is the same disaster.`;
  const back =
    fork.backAfterMs === null
      ? "and were not back"
      : `and were back after ${formatMs(fork.backAfterMs)}, which is a part of the recovery time`;
  return `${from} Unlike there, ${fork.restarted.join(", ")} ran and were killed and started again at that instant, ${back}.`;
}

/** The steps of the page; none where nobody acts. */
export function pageSteps({ runbook }: DrillResult): readonly StepResult[] {
  return runbook?.steps ?? [];
}

/** How far the page was followed. */
export function pageProgress(result: DrillResult): string {
  const { runbookStartedAtMs, runbookEndedAtMs } = result.timeline;
  if (runbookStartedAtMs === null) return "was not begun";
  if (runbookEndedAtMs === null) return "was begun, but its end is not on record";
  return pageSteps(result).every((step) => stepOutcome(step).ok)
    ? "was followed to its end"
    : "was begun, and not every step ran to a good end";
}

/** Whether the fault took place. */
export function faultProgress(result: DrillResult): string {
  if (result.fault.injectedAtMs === null) return "It was not injected.";
  switch (result.fault.proof) {
    case "confirmed":
      return "An independent witness confirmed it.";
    case "mismatch":
      return "The witness saw something else: it is not the fault that was declared.";
    case "inconclusive":
      return "No witness confirmed it.";
  }
}
