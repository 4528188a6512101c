/** How a set of repeats is put into words, the same in every report. Not its business: any format. */
import type { Outcome } from "../../core/index.ts";
import type { ObjectiveVerdict, QuantileEstimate, RepeatedRun, RepeatsResult } from "../../integrity/index.ts";
import { count, NOT_KNOWN, NOT_MEASURED, seconds } from "../numbers.ts";
import { recoveryTime } from "../words.ts";

/** What is taken for granted wherever bounds are shown. */
export const ASSUMPTION =
  "The bounds assume nothing of the shape of the distribution, but that the runs are independent and alike: runs on one machine, one after another, say nothing of other machines and other days.";

/** What the outcome of a set means, in one sentence. What a set does not decide takes nothing from its runs. */
export const SET_MEANING: Readonly<Record<Outcome, string>> = {
  passed: "The evidence is there, and it is good.",
  failed: "A violation was proven in a run, or an objective was missed.",
  broken:
    "A run or the record of the set is broken, so there is no verdict over all; what each other run shows stands.",
  interrupted: "The set or a run was ended early, so there is no verdict over all; what each other run shows stands.",
  inconclusive: "There is not enough evidence for a verdict over all runs; what each run shows stands.",
};

/** The verdict on an objective. */
export const VERDICT: Readonly<Record<ObjectiveVerdict, string>> = {
  met: "met",
  missed: "missed",
  "not-decided": "not decided",
};

/** What each kind of run says about the recovery time. */
export const SAYS: Readonly<Record<RepeatedRun["says"], string>> = {
  measured: "measured",
  censored: "longer than watched",
  unknown: "not to be relied on",
  nothing: "says nothing",
};

/** What was run: "59 runs, seeds 1 to 59". */
export function whatRan({ runs, plan, ended }: RepeatsResult): string {
  const [first] = runs;
  const last = runs.at(-1);
  const seeds = first === undefined || last === undefined ? "" : `, seeds ${first.seed} to ${last.seed}`;
  return `${runsOf(runs.length)}${seeds}${ENDED[ended](plan.kind === "repeat" ? plan.runs : plan.atMost)}`;
}

const ENDED: Readonly<Record<RepeatsResult["ended"], (most: number) => string>> = {
  "all-run": () => "",
  decided: () => "; ended because the objective was decided",
  cap: (most) => `; ended because no more than ${count(most)} were allowed`,
  "no-progress": () => "; ended because the last ones said nothing of the recovery",
  interrupted: (most) => `; interrupted, of at most ${count(most)}`,
};

/** "1 run", "2 runs". */
export function runsOf(runs: number): string {
  return `${count(runs)} ${runs === 1 ? "run" : "runs"}`;
}

/** What each run came to: "57 passed, 2 inconclusive". */
export function outcomesOf({ runs }: RepeatsResult): string {
  const outcomes = [...new Set(runs.map(({ outcome }) => outcome))];
  const counted = outcomes.map((outcome) => `${runs.filter((run) => run.outcome === outcome).length} ${outcome}`);
  return counted.length === 0 ? "no run" : counted.join(", ");
}

/** What the runs say about the recovery time. */
export function countsOf({ counts }: RepeatsResult): string {
  const { measured, censored, unknown, nothing } = counts;
  return [
    `${measured} measured`,
    ...(censored === 0 ? [] : [`${censored} longer than watched (not dropped, not set to the time-out)`]),
    ...(unknown === 0 ? [] : [`${unknown} of unknown time (counted as if it could have been anything)`]),
    ...(nothing === 0 ? [] : [`${nothing} without injection (left out)`]),
  ].join(", ");
}

/** How sure the bounds are, and why they may be relied on. */
export function sureness({ stopping }: RepeatsResult): string {
  const each = "Each bound holds with 95 % confidence on its own.";
  return stopping === "fixed"
    ? `${each} The number of runs was fixed beforehand.`
    : `${each} They hold although one could stop at any run (a test martingale, looked at after each), and are wider for it.`;
}

/** A point estimate as it is known: an interval, like each time that it comes from. */
export function estimateOf({ estimateMs: { low, high } }: QuantileEstimate): string {
  if (low === null && high === null) return "no estimate";
  return recoveryTime({ low, high, censored: false });
}

/** The bounds of a quantile. */
export function boundsOf({ atLeastMs, atMostMs }: QuantileEstimate): {
  readonly atLeast: string;
  readonly atMost: string;
} {
  return {
    atLeast: atLeastMs === null ? "no bound" : seconds(atLeastMs, "down"),
    atMost: atMostMs === null ? "unbounded" : seconds(atMostMs, "up"),
  };
}

/** The same in a sentence: "at least 1.00 s, at most 2.00 s". */
export function betweenBounds(quantile: QuantileEstimate): string {
  const { atLeast, atMost } = boundsOf(quantile);
  return [
    quantile.atLeastMs === null ? "no lower bound" : `at least ${atLeast}`,
    quantile.atMostMs === null ? "no upper bound" : `at most ${atMost}`,
  ].join(", ");
}

/** The objective, its verdict and what is missing for one. */
export function objectiveOf({ recoveryTime: times }: RepeatsResult): string {
  const { objectiveMs, verdict, runsNeeded, because, beyond, undecided } = times;
  if (objectiveMs === null) return because;
  const promise = `95 of 100 recoveries within ${seconds(objectiveMs, "down")}: ${VERDICT[verdict]}`;
  if (runsNeeded === null) return promise;
  const outside = beyond + undecided;
  return `${promise}; "met" takes ${runsOf(runsNeeded)}, ${outside === 0 ? "all of them" : `all but ${outside}`} surely within it`;
}

/** What is known of losses, with how little "none" proves. */
export function lossesOf({ loss }: RepeatsResult): string {
  if (loss.runs === 0) return "no run says anything about losses";
  const unknown = loss.unknown === 0 ? "" : `, not known of ${loss.unknown}`;
  return `${loss.withLoss} of ${runsOf(loss.runs)} lost acknowledged writes${unknown}; at most ${percentUp(loss.withLossShareAtMost)} of all runs do; beyond the objective: ${loss.beyondObjective}, at most ${percentUp(loss.beyondObjectiveShareAtMost)}`;
}

/** An upper bound of a share, rounded so that it stays true. */
export function percentUp(share: number): string {
  return `${(Math.ceil(Number((share * 1000).toFixed(6))) / 10).toFixed(1)} %`;
}

/** The recovery time of one run, as far as it is known. */
export function timeOf({ says, recoveryTimeMs }: RepeatedRun): string {
  if (recoveryTimeMs === null) return NOT_MEASURED;
  const recorded = recoveryTime(recoveryTimeMs);
  return says === "unknown" && recorded !== NOT_MEASURED ? `${NOT_KNOWN} (on record: ${recorded})` : recorded;
}

/** The lost writes of one run. */
export function lostOf({ lostWrites }: RepeatedRun): string {
  return lostWrites === null ? NOT_KNOWN : count(lostWrites);
}
