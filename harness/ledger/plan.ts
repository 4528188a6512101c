/**
 * The judgement plan: what the drill declared, as data in the ledger's header, so that judging needs no scenario file (law 1).
 */
import type { ExpectedPlan, PageKind } from "./expected-plan.ts";
import type { StorePlan } from "./store-features.ts";

/** The whole plan of one drill. */
export interface JudgementPlan {
  readonly control: ControlPlan;
  /** Which page is followed. */
  readonly page: PageKind;
  /** How the page is read where it leaves choices open: the value of each; null where it leaves none. */
  readonly reading: Reading | null;
  /** What must come of the run; of a control, and with a page that is not the drill's own, a pass. */
  readonly expected: ExpectedPlan;
  /** What the store lacks; a check that needs it is not applied, and its finding says so. */
  readonly store: StorePlan;
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
  /**
   * How long people are taken to need from the alert until they begin with the page; null when nobody said. A parameter for
   * the reader: it is never waited for, and is in no measurement, objective or verdict.
   */
  readonly assumedReactionMs: number | null;
}

/** One way of reading a page: a value for each of its choices. */
export type Reading = Readonly<Record<string, string>>;

/** The choices that a page leaves open, and the values of each. */
export type Choices = Readonly<Record<string, readonly string[]>>;

/** What a step depends on: it is run only where the choice has one of these values. */
export interface StepCondition {
  readonly choice: string;
  readonly values: readonly string[];
}

/**
 * Which course the run takes: `none` is the drill itself; a control leaves something out, so that a pass of the drill
 * says something. Each control passes when it shows what it must:
 *
 * - `no-fault`: nothing is broken and nobody acts; the cluster must stay steady. Else the harness breaks it by itself.
 * - `no-recovery`: the fault, and nobody follows the page; the cluster must not converge. Else it heals by itself.
 * - `restart-only`: the fault, then everything that stopped is started and nothing else is done; it must not converge
 *   without loss. Else the page proves nothing beyond a restart.
 * - `recovery-only`: the page on a healthy cluster; the harm must be what the scenario declares.
 */
export type ControlPlan = { readonly kind: "none" | "no-fault" | "recovery-only" } | WaitingControlPlan;

/** A control that waits for what must not come. */
export interface WaitingControlPlan {
  readonly kind: "no-recovery" | "restart-only";
  /** Not shorter than a recovery was observed to take, from the injection on. */
  readonly waitMs: number;
  /** Where `waitMs` comes from, for the report. */
  readonly waitBecause: string;
}

/** The kinds of runs that are not the drill itself, in the order in which they are run. */
export const CONTROLS = ["no-fault", "no-recovery", "restart-only", "recovery-only"] as const;
export type ControlKind = (typeof CONTROLS)[number];

/** What the page does to a healthy cluster, as the scenario declares it. */
export type DeclaredHarm = (
  | { readonly kind: "harmless" }
  /** Each of these checks fails, and no other does. */
  | { readonly kind: "harmful"; readonly findings: readonly CheckId[]; readonly because: string }
) & {
  /** The step at which the page sees that it is not needed, and stops; null when it is followed to its end. */
  readonly stopsAt: string | null;
};

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

/**
 * When the disaster counts as detected, so that somebody begins with the page.
 *
 * - `no-member-serves`: no member acknowledged a service probe for this long.
 * - `not-steady`: at every instant for this long, some probe stood bad: writes through a member failed, or a look at the
 *   whole cluster showed something wrong (a member that does not answer, an alarm, members that disagree).
 * - `none`: nobody is alerted, and the page is begun at once (maintenance), or nobody acts at all.
 */
export type DetectionPlan =
  | { readonly kind: "no-member-serves" | "not-steady"; readonly unavailableForMs: number }
  | { readonly kind: "none"; readonly because: string };

/**
 * Up to which write the recovery promises to keep everything.
 *
 * - `survivor-commit`: what the surviving member had committed when it was diagnosed; writes of a later revision are counted as lost after the point.
 *   Where the store lacks `revisions`: writes that the survivor itself did not hold then.
 * - `everything`: no acknowledged write may be lost; the quorum was never gone for good.
 * - `nothing`: the page promises to keep nothing of before; every loss is counted, against the objective.
 * - `backup-revision`: what a backup holds, as the backup itself says when the disaster is diagnosed; the same of later ones.
 */
export interface RecoveryPointPlan {
  readonly kind: "everything" | "survivor-commit" | "backup-revision" | "nothing";
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
  | { readonly id: "nothing-duplicated" }
  | { readonly id: "transactions-whole" }
  | { readonly id: "linearizable" }
  | { readonly id: "members-agree" }
  | { readonly id: "restart-keeps-data" }
  | MembershipCheckPlan
  | ClusterIdCheckPlan
  | { readonly id: "same-list-from-every-member" }
  | { readonly id: "no-learner" }
  | { readonly id: "no-alarm" }
  | QuotaCheckPlan
  | { readonly id: "every-member-writes" }
  | RecoveryFlagCheckPlan
  | { readonly id: "no-fatal-log-line" }
  | { readonly id: "old-data-cannot-rejoin" }
  | {
      readonly id: "revision-not-back";
      /** True where the page says that revisions start again lower. */ readonly mayGoBack: boolean;
    }
  | { readonly id: "commands-known" }
  | { readonly id: "survives-rolling-restart" }
  | WatchCheckPlan
  | LeaseCheckPlan
  | ServiceCheckPlan
  | BystanderCheckPlan
  | { readonly id: "recovery-time-within-objective" }
  | { readonly id: "nothing-left-behind" }
  | ControlCheckPlan;

/** The checks that only controls have. */
export type ControlCheckPlan =
  | { readonly id: "stayed-steady" }
  /** `selfHealing`: why the fault ends by itself, if it does; then the cluster must converge without anybody. */
  | { readonly id: "did-not-converge"; readonly selfHealing: string | null }
  | { readonly id: "restart-does-not-suffice" }
  /** `checks` are those that the page is judged by; their findings are compared with what was declared. */
  | { readonly id: "harm-as-declared"; readonly declared: DeclaredHarm; readonly checks: readonly CheckPlan[] };

/** The signs of the fault that its witness must see after the injection, and must not have seen before it. */
export interface FaultCheckPlan {
  readonly id: "fault-confirmed";
  readonly signs: readonly string[];
}

/** What the runbook promises about the members after recovery. Each must have the peer URL of its node, as the ledger's node entries say. */
export interface MembershipCheckPlan {
  readonly id: "membership-as-promised";
  readonly voters: number;
}

/** What the runbook promises about how far each member lets its database grow. */
export interface QuotaCheckPlan {
  readonly id: "quota-as-promised";
  /** As before the fault, on every member; or higher, on every member. */
  readonly quota: "kept" | "raised";
}

/** What the runbook promises about the cluster's id. */
export interface ClusterIdCheckPlan {
  readonly id: "cluster-id-as-promised";
  /** Whether it must be the one from before the fault, or must have changed. */
  readonly clusterId: "kept" | "changed";
}

/** What starts a member in a way that is for a recovery only and harms at every later start. */
export interface RecoveryFlagCheckPlan {
  readonly id: "no-recovery-flag";
  /** Names of flags without their dashes, e.g. `force-new-cluster`. */
  readonly flags: readonly string[];
  /** Environment variables that say the same, e.g. `ETCD_FORCE_NEW_CLUSTER`. */
  readonly variables: readonly string[];
}

/** What must be left of the service while members are taken away one after another. */
export interface ServiceCheckPlan {
  readonly id: "service-as-promised";
  readonly promised: readonly PromisedService[];
}

/** What a cluster is to be good for once so many of its members are gone. */
export interface PromisedService {
  readonly lost: number;
  /**
   * - `writable`: through each member that is left one can write and read.
   * - `readable`: each member that is left answers from what it holds; nothing can be written, and no read tells what was agreed on.
   * - `down`: no member is left.
   */
  readonly service: "writable" | "readable" | "down";
}

/** The other cluster beside the one that the drill is about, how it is watched, and what it may suffer. */
export interface BystanderCheckPlan {
  readonly id: "bystander-unharmed";
  /** Its name, e.g. `events`. */
  readonly cluster: string;
  readonly voters: number;
  readonly serviceProbe: GridPlan;
  readonly workload: WorkloadPlan;
  /** There may be no longer time in which no member of it acknowledged a write. */
  readonly noServiceForMs: number;
}

/** How late an open watch may deliver. */
export interface WatchCheckPlan {
  readonly id: "watches-told";
  /** An open watch must have delivered what was acknowledged this long before it was ended. */
  readonly deliverWithinMs: number;
  /** True where the page says that revisions start again lower: watchers that are left behind by that are stated, not held against it. */
  readonly mayGoBack: boolean;
}

/** How late a lease may end. */
export interface LeaseCheckPlan {
  readonly id: "leases-sane";
  /** A lease that is left alone must be gone this long after its time to live, counted from its grant or the last change of leader. */
  readonly slackMs: number;
}

/** The id of a check. */
export type CheckId = CheckPlan["id"];
