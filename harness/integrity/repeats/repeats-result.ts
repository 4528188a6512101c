/** `repeats.json`: what a set of repeats shows, derived from the set's record and the ledgers of its runs alone. */
import type { Outcome } from "../../core/index.ts";
import type { SetEnd, SetPlan } from "../../ledger/index.ts";
import type { RecoveryTime, Stopping, SurvivalStep } from "../../measure/index.ts";

/** The version of repeats.json written now. */
export const REPEATS_SCHEMA_VERSION = 1;

/**
 * The quantile that the recovery time objective is about when a drill is repeated: 95 of 100 recoveries are to be within it. The largest of
 * all can be bounded by no number of runs, and half of them being in time is no promise to keep.
 */
export const OBJECTIVE_QUANTILE = 0.95;

/** The judged set. Times are milliseconds since a run's injection. */
export interface RepeatsResult {
  readonly schemaVersion: typeof REPEATS_SCHEMA_VERSION;
  readonly setId: string;
  readonly drillId: string;
  /** The drill's title; its id when no run has a ledger. */
  readonly title: string;
  /** The worst of the runs' outcomes and of what the set itself comes to: no statistic hides a run. */
  readonly outcome: Outcome;
  /** Why the outcome is worse than those of the runs say, and what keeps the set from proving more. */
  readonly notes: readonly string[];
  readonly startedAt: string;
  readonly plan: SetPlan;
  readonly ended: SetEnd;
  /** Which bounds were used: see `Stopping`. */
  readonly stopping: Stopping;
  /** Each bound holds with this probability, on its own. */
  readonly confidence: number;
  readonly counts: RunCounts;
  readonly recoveryTime: RepeatedRecoveryTime;
  readonly loss: RepeatedLoss;
  /** Every run, in the order in which they were run. */
  readonly runs: readonly RepeatedRun[];
}

/** How many runs, by what they say about the recovery time. The four add up to `begun`. */
export interface RunCounts {
  readonly begun: number;
  readonly measured: number;
  readonly censored: number;
  readonly unknown: number;
  readonly nothing: number;
}

/** One run of the set. */
export interface RepeatedRun {
  readonly index: number;
  readonly seed: number;
  /** Null when it has no ledger. */
  readonly runId: string | null;
  /** A run that came to nothing is `broken`, one that was cut off with the set `interrupted`. */
  readonly outcome: Outcome;
  /**
   * What it says about the recovery time.
   *
   * - `measured`: it lies in the interval.
   * - `censored`: it is longer than the low end.
   * - `unknown`: something was injected, but the time is not known or cannot be trusted. It may have been anything, and counts as that.
   * - `nothing`: nothing was injected, so there was no recovery that could have been fast or slow. It is left out.
   */
  readonly says: "measured" | "censored" | "unknown" | "nothing";
  /** As in the run's result, whether it counts or not; null when there is no result. */
  readonly recoveryTimeMs: RecoveryTime | null;
  /** Acknowledged writes that are proven lost: the low end of the account. Null when that is not known. */
  readonly lostWrites: number | null;
  /** Whether the loss is within the run's objective; null when that is not known. */
  readonly lossObjectiveMet: boolean | null;
  /** Why it says less than a measured time; null when it says one. */
  readonly why: string | null;
}

/** Recovery times of the set. */
export interface RepeatedRecoveryTime {
  /** Null when no run has a ledger. */
  readonly objectiveMs: number | null;
  readonly objectiveQuantile: number;
  readonly verdict: ObjectiveVerdict;
  readonly because: string;
  /** How many runs there must be in all until the objective can be met, if all further ones are surely within it; null when it is decided. */
  readonly runsNeeded: number | null;
  /** Of the runs that say something: surely within the objective, surely beyond it, neither. */
  readonly within: number;
  readonly beyond: number;
  readonly undecided: number;
  readonly median: QuantileEstimate;
  readonly p95: QuantileEstimate;
  /** Kaplan-Meier, from the high ends of the measured intervals. */
  readonly survival: readonly SurvivalStep[];
}

/**
 * An objective of repeats is met when the whole interval of its quantile is within it, missed when it is wholly beyond it, else not decided.
 */
export type ObjectiveVerdict = "met" | "missed" | "not-decided";

/** One quantile of the recovery time. */
export interface QuantileEstimate {
  /** The point estimate (Kaplan-Meier): from low ends and from high ends. Null where the curve does not come down so far. */
  readonly estimateMs: { readonly low: number | null; readonly high: number | null };
  /** The bounds; null where so few runs give none. */
  readonly atLeastMs: number | null;
  readonly atMostMs: number | null;
}

/** Lost writes of the set. Runs in which nothing was injected are left out. */
export interface RepeatedLoss {
  readonly runs: number;
  /** Runs that lost an acknowledged write. */
  readonly withLoss: number;
  /** Runs whose loss misses the objective. */
  readonly beyondObjective: number;
  /** Runs of which the loss is not known; the bounds count them as losses. */
  readonly unknown: number;
  readonly mostLostWrites: number | null;
  /** Upper bounds of the share of all runs. */
  readonly withLossShareAtMost: number;
  readonly beyondObjectiveShareAtMost: number;
}
