/**
 * The judgement plan: what the drill declared, as data in the ledger's header, so that judging needs no scenario file (law 1).
 */

/** The whole plan of one drill. */
export interface JudgementPlan {
  /** The checks to apply; each has an implementation of the same id in integrity/checks. */
  readonly checks: readonly CheckPlan[];
  readonly recoveryPoint: RecoveryPointPlan;
  readonly objectives: Objectives;
  readonly steadyState: SteadyStatePlan;
  /** The hold of the convergence rule: steady state must last this long without a break. */
  readonly holdForMs: number;
  readonly detection: DetectionPlan;
  /** The fast grid: one write through each member. */
  readonly serviceProbe: GridPlan;
  /** The slow grid: what each member says of the cluster (member list, alarms, hashes). */
  readonly clusterProbe: GridPlan;
  readonly workload: WorkloadPlan;
}

/** A fixed-rate grid of probes: an open model, each probe has its own deadline. */
export interface GridPlan {
  readonly periodMs: number;
  readonly timeoutMs: number;
}

/** How much the workload must have proven before the injection, else the run is inconclusive. */
export interface WorkloadPlan {
  /** Writes per second over all clients, on a schedule of its own. */
  readonly writesPerSecond: number;
  readonly readsPerSecond: number;
  /** Deadline of one operation. */
  readonly timeoutMs: number;
  readonly clients: number;
  readonly adequacy: {
    /** The window before the injection that is looked at. */
    readonly windowMs: number;
    /** The share (0 to 1) of the window's schedule that must be acknowledged. */
    readonly acknowledgedShare: number;
    /** One acknowledged write must have been answered at most this long before the injection. */
    readonly lastWriteWithinMs: number;
  };
}

/** What must be true of the members for the cluster to be steady. Writes through each member come from the service probe. */
export interface SteadyStatePlan {
  /** Voting members, each of them started, with no learner beside them. */
  readonly voters: number;
}

/** When the disaster counts as detected: no member acknowledged a service probe for this long. */
export interface DetectionPlan {
  readonly unavailableForMs: number;
}

/**
 * Up to which write the recovery promises to keep everything.
 *
 * - `survivor-commit`: what the surviving member had committed when it was diagnosed; writes of a later revision are counted as lost after the point.
 * - `backup-revision`: what a backup holds, as the backup itself says when the disaster is diagnosed; the same of later ones.
 */
export interface RecoveryPointPlan {
  readonly kind: "survivor-commit" | "backup-revision";
  /** One sentence for the report. */
  readonly description: string;
}

/** What was promised. A measurement is never called an objective. */
export type Objectives = {
  /** Recovery time objective: from injection to steady again. */
  readonly recoveryTimeMs: number;
} & LossObjective;

/** Recovery point objective: acknowledged writes after the recovery point that may be lost. Other than 0 only with a reason (law 7). */
export type LossObjective =
  | { readonly lostWrites: 0; readonly lostWritesReason: null }
  | { readonly lostWrites: number; readonly lostWritesReason: string };

/** One check and its parameters. */
export type CheckPlan =
  | { readonly id: "steady-before-fault" }
  | { readonly id: "workload-adequate" }
  | FaultCheckPlan
  | { readonly id: "only-the-runbook-acted" }
  | { readonly id: "roles-bound" }
  | { readonly id: "every-step-ran" }
  | { readonly id: "converged" }
  | { readonly id: "time-trustworthy" }
  | { readonly id: "read-back-complete" }
  | { readonly id: "acknowledged-writes-kept" }
  | { readonly id: "loss-within-objective" }
  | { readonly id: "nothing-resurrected" }
  | { readonly id: "members-agree" }
  | MembershipCheckPlan
  | {
      readonly id: "revision-not-back";
      /** True where the page says that revisions start again lower. */ readonly mayGoBack: boolean;
    }
  | { readonly id: "survives-rolling-restart" }
  | { readonly id: "recovery-time-within-objective" }
  | { readonly id: "nothing-left-behind" };

/** The signs of the fault that its witness must see after the injection, and must not have seen before it. */
export interface FaultCheckPlan {
  readonly id: "fault-confirmed";
  readonly signs: readonly string[];
}

/** What the runbook promises about the members after recovery. Each must have the peer URL of its node, as the ledger's node entries say. */
export interface MembershipCheckPlan {
  readonly id: "membership-as-promised";
  readonly voters: number;
  /** Whether the cluster id must be the one from before the fault, or must have changed. */
  readonly clusterId: "kept" | "changed";
}

/** The id of a check. */
export type CheckId = CheckPlan["id"];
