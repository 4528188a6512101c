/** What a scenario declares. A scenario reads like a sentence; everything here is data or a function without state. */
import type { Fault } from "../fault/index.ts";
import type { Choices, DeclaredHarm, Objectives, PromisedService, Reading } from "../ledger/index.ts";
import type { Capability } from "../substrate/index.ts";
import type { RoleBinder, System, SystemSettings } from "../system/index.ts";
import type { Expected } from "./expected.ts";
import type { RecoveryPoint } from "./recovery-point.ts";

/** One disaster and its recovery, end to end. */
export interface Drill {
  /** The folder's name below scenarios/. */
  readonly id: string;
  /** The case's name, where the folder holds several drills of one page or disaster; null where it holds one drill. */
  readonly case: string | null;
  readonly title: string;
  /** What a pass of this drill proves, in one sentence; `list` shows it. */
  readonly proves: string;
  readonly system: System;
  readonly fault: Fault;
  /** What the page needs of the machines that not every system has, besides what the fault needs; left out: nothing. */
  readonly needs?: readonly Capability[];
  /** The page: a Markdown file, relative to the scenario's folder. Null: nobody acts, since the fault heals by itself. */
  readonly runbook: string | null;
  /** The choices that the page leaves open, each with its values; left out: it leaves none. */
  readonly choices?: Choices;
  /**
   * How the page is read in this drill: a value for each of `choices`. Steps with another one (`if=CHOICE:VALUE`) are not run. A choice
   * that is no step (which node is taken for the good one, say) is a parameter of the fault or of the roles, and stands here as well.
   */
  readonly reading?: Reading;
  /**
   * How the roles of the page's preparation are found (its steps with `when=before`); they stay bound for the recovery. Null:
   * the page prepares nothing, or only on the workstation.
   */
  readonly preparation: RoleBinder | null;
  /** How the page's roles are found, besides those of the preparation. */
  readonly roles: RoleBinder;
  /**
   * The cluster that the operator takes for the ill one, by its name, where there are several and the page does not find out
   * itself (`names=cluster`). A human error is data of the scenario. Default: the cluster that the drill is about.
   */
  readonly takenForIll?: string;
  /** What tells somebody to begin with the page. */
  readonly detection: Detection;
  readonly recoveryPoint: RecoveryPoint;
  readonly objectives: Objectives;
  /** What the page promises about the members, their cluster's id and the store's revisions. */
  readonly membership: {
    readonly voters: number;
    readonly clusterId: "kept" | "changed";
    readonly revisionMayGoBack: boolean;
    /** How far each member lets its database grow afterwards. Default: as far as before, since few pages touch it. */
    readonly quota?: "kept" | "raised";
  };
  /** What must come of it. */
  readonly expected: Expected;
  /** What must be left of the service while the fault takes members one after another (`loseOneByOne`); left out: nothing is promised. */
  readonly service?: readonly PromisedService[];
  /** What its controls must show, where that is not the same for every drill. */
  readonly controls: DeclaredControls;
  /** What differs from the defaults (`settings.ts`). */
  readonly settings?: Partial<DrillSettings>;
}

/**
 * How the disaster is detected; what each kind means stands at DetectionPlan. How long something must be wrong is a setting
 * (`unavailableForMs`).
 */
export type Detection =
  | { readonly kind: "no-member-serves" | "not-steady" }
  | { readonly kind: "none"; readonly because: string };

/** What a scenario knows of its controls. The kinds: ControlPlan. */
export interface DeclaredControls {
  /** Why the fault ends by itself, so that the cluster converges without a page; null when it does not. */
  readonly selfHealing: string | null;
  /**
   * What the page does to a healthy cluster, or why it cannot be followed there. `roles` binds the page's roles as
   * somebody would who takes the healthy cluster for a broken one; the drill's own binder when it is left out.
   */
  readonly recoveryOnly:
    | (DeclaredHarm & { readonly roles?: RoleBinder })
    | { readonly kind: "not-applicable"; readonly because: string };
}

/** The numbers of a drill that are not its subject. All in milliseconds unless named otherwise. */
export interface DrillSettings extends SystemSettings {
  readonly clients: number;
  /** The workload runs at least this long before the page's preparation, where there is one: a backup must hold something. */
  readonly beforePreparationMs: number;
  /**
   * The workload runs at least this long before the injection, and after the preparation, and until the cluster has been steady for the
   * hold; a seeded part of `injectionJitterMs` comes on top.
   */
  readonly warmUpMs: number;
  readonly injectionJitterMs: number;
  /** Detection is awaited at most this long. */
  readonly detectWithinMs: number;
  /** See JudgementPlan: a parameter of the report, not waited for. */
  readonly assumedReactionMs: number | null;
}
