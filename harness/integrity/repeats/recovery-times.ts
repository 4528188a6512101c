/** The recovery times of a set, and whether they meet their objective. */
import { formatMs } from "../../core/index.ts";
import {
  kaplanMeier,
  quantileBounds,
  runsNeeded,
  survivalQuantile,
  type Duration,
  type Stopping,
  type SurvivalStep,
  type Watched,
} from "../../measure/index.ts";
import {
  OBJECTIVE_QUANTILE,
  type QuantileEstimate,
  type RepeatedRecoveryTime,
  type RepeatedRun,
} from "./repeats-result.ts";

/** What is judged together. */
export interface SetOfRuns {
  readonly runs: readonly RepeatedRun[];
  /** Null when no run has a ledger. */
  readonly objectiveMs: number | null;
  /** Whether all runs are of one kind: without that their times are no sample of anything. */
  readonly areAlike: boolean;
  /** Whether the set's record has all its lines: of runs that are missing nobody knows how long they took. */
  readonly isWhole: boolean;
}

/**
 * Judges the recovery times. A run of unknown time counts as one that may have taken no time or for ever: it can keep the objective from
 * being decided, and can neither meet nor miss it.
 */
export function recoveryTimes(set: SetOfRuns, stopping: Stopping): RepeatedRecoveryTime {
  const { runs, objectiveMs } = set;
  const durations = runs.flatMap((run) => (run.says === "nothing" ? [] : [durationOf(run)]));
  const curves = { low: curve(runs, "low"), high: curve(runs, "high") };
  const limitMs = objectiveMs ?? Infinity;
  const within =
    objectiveMs === null ? 0 : durations.filter(({ highMs }) => highMs !== null && highMs <= limitMs).length;
  const beyond = durations.filter(({ lowMs }) => lowMs > limitMs).length;
  const p95 = estimate(durations, curves, OBJECTIVE_QUANTILE, stopping);
  return {
    objectiveMs,
    objectiveQuantile: OBJECTIVE_QUANTILE,
    ...verdictOf(p95, set, durations.length - within, stopping),
    within,
    beyond,
    undecided: durations.length - within - beyond,
    median: estimate(durations, curves, 0.5, stopping),
    p95,
    survival: curves.high,
  };
}

function verdictOf(
  { atLeastMs, atMostMs }: QuantileEstimate,
  { objectiveMs, areAlike, isWhole }: SetOfRuns,
  notWithin: number,
  stopping: Stopping,
): Pick<RepeatedRecoveryTime, "verdict" | "because" | "runsNeeded"> {
  if (objectiveMs === null) {
    return { verdict: "not-decided", because: "No run has a ledger, so no objective is known.", runsNeeded: null };
  }
  const objective = `the objective is ${formatMs(objectiveMs)}`;
  if (!areAlike) {
    const because = `Times of runs that are not of one kind say nothing together; ${objective}.`;
    return { verdict: "not-decided", because, runsNeeded: null };
  }
  if (!isWhole) {
    const because = `The record of the set has holes, so its times say nothing of all its runs; ${objective}.`;
    return { verdict: "not-decided", because, runsNeeded: null };
  }
  if (atMostMs !== null && atMostMs <= objectiveMs) {
    const because = `95 of 100 recoveries take at most ${upwards(atMostMs)}; ${objective}.`;
    return { verdict: "met", because, runsNeeded: null };
  }
  if (atLeastMs !== null && atLeastMs > objectiveMs) {
    const because = `It takes at least ${downwards(atLeastMs)} until 95 of 100 recoveries are over; ${objective}.`;
    return { verdict: "missed", because, runsNeeded: null };
  }
  const from = atLeastMs === null ? "has no lower bound yet" : `is at least ${downwards(atLeastMs)}`;
  const to = atMostMs === null ? "no upper bound yet" : `at most ${upwards(atMostMs)}`;
  return {
    verdict: "not-decided",
    because: `The time within which 95 of 100 recoveries are over ${from}, and ${atMostMs === null ? `has ${to}` : to}; ${objective}.`,
    runsNeeded: runsNeeded(OBJECTIVE_QUANTILE, notWithin, stopping),
  };
}

/** A bound is rounded away from what it bounds, so that what is printed is still true. */
function upwards(ms: number): string {
  return formatMs(Math.ceil(ms / 10) * 10);
}

function downwards(ms: number): string {
  return formatMs(Math.floor(ms / 10) * 10);
}

function durationOf({ says, recoveryTimeMs }: RepeatedRun): Duration {
  if (says === "unknown" || recoveryTimeMs === null) return { lowMs: 0, highMs: null };
  return { lowMs: recoveryTimeMs.low ?? 0, highMs: says === "censored" ? null : recoveryTimeMs.high };
}

/** Runs of unknown time say nothing of how long they lasted: the curve is that of the others. */
function curve(runs: readonly RepeatedRun[], end: "low" | "high"): readonly SurvivalStep[] {
  return kaplanMeier(
    runs.flatMap(({ says, recoveryTimeMs }): readonly Watched[] => {
      const low = recoveryTimeMs?.low ?? 0;
      if (says === "censored") return [{ atMs: low, ended: false }];
      return says === "measured" ? [{ atMs: end === "low" ? low : (recoveryTimeMs?.high ?? low), ended: true }] : [];
    }),
  );
}

function estimate(
  durations: readonly Duration[],
  curves: { readonly low: readonly SurvivalStep[]; readonly high: readonly SurvivalStep[] },
  quantile: number,
  stopping: Stopping,
): QuantileEstimate {
  return {
    estimateMs: { low: survivalQuantile(curves.low, quantile), high: survivalQuantile(curves.high, quantile) },
    ...quantileBounds(durations, quantile, stopping),
  };
}
