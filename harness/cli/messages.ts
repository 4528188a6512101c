/** What the front and the worker of one run say to each other, over the worker's IPC channel. Both are of the same build: no versions. */
import type { DrillErrorCode } from "../core/index.ts";
import type { ObservedRecovery, WantedPage } from "../drill/index.ts";
import type { ControlPlan, LedgerEntry, PageKind } from "../ledger/index.ts";
import type { Footing, Prepared, SubstrateKind } from "../substrate/index.ts";
import type { ResolvedProgram } from "../tools/index.ts";
import type { Reach } from "./reach.ts";

/** What a worker is to do; it gets it as its only argument, in JSON. */
export interface Assignment {
  readonly runId: string;
  /** The drill's full name, or its scenario's where that may have several. */
  readonly drillId: string;
  /** Absolute path of the scenario's module. */
  readonly drillFile: string;
  /** Absolute path of the page to follow instead of the drill's own; null for one of its own. */
  readonly runbookFile: string | null;
  /** Which of the drill's own pages. */
  readonly page: WantedPage;
  readonly seed: number;
  readonly substrate: SubstrateKind;
  /** See Footing. */
  readonly engine: Footing["engine"];
  /** `none` for the drill itself. */
  readonly control: ControlPlan["kind"];
  /** The longest recovery of this drill that was observed, which a control must outwait; null when none was. */
  readonly observed: ObservedRecovery | null;
  /** Writes per second instead of the drill's own; null for its own. */
  readonly writesPerSecond: number | null;
  /** What people are taken to need before they begin with the page, for the report; null for the drill's own. */
  readonly assumedReactionMs: number | null;
  /** Absolute path of the run's folder below `reports/`. */
  readonly runDir: string;
  /** Leave the cluster up at the end. */
  readonly keep: boolean;
  /** Take a fork point when the disaster is detected, if the page as written is declared to fail. */
  readonly takesForkPoint: boolean;
  /** The run whose fork point this one begins with; null: it makes its own disaster. */
  readonly forkOf: string | null;
}

/** What a worker begins with. */
export interface Start extends Prepared {
  readonly programs: readonly ResolvedProgram[];
}

/** From the front. */
export type ToWorker =
  /** Begin. The programs are those that `ready` asked for. */
  | ({ readonly kind: "start" } & Start)
  /** End early, in order. */
  | { readonly kind: "interrupt" };

/** From the worker. */
export type FromWorker =
  /** The scenario and the page are read and sound; nothing has been started. */
  | {
      readonly kind: "ready";
      readonly programs: readonly string[];
      /** The versions of them that this drill is about; empty when any will do. */
      readonly versions: Readonly<Record<string, string>>;
      /** Whether its machines have engines of their own. */
      readonly ownEngines: boolean;
      readonly page: PageKind;
      readonly steps: readonly StepName[];
    }
  /** The run cannot begin; nothing has been started, no ledger exists. */
  | { readonly kind: "refused"; readonly code: DrillErrorCode; readonly message: string }
  /** The scenario has several drills, and none was named: nothing has been started. */
  | { readonly kind: "cases"; readonly drillIds: readonly string[] }
  /** The ledger exists. `baseInstantNs` is the zero of the run's clock on the machine's monotonic clock (`process.hrtime`). */
  | { readonly kind: "began"; readonly baseInstantNs: string }
  | { readonly kind: "entry"; readonly entry: ShownEntry }
  /** The run is over and has left a fork point. */
  | { readonly kind: "fork-point" }
  /** The drill is over and its ledger is closed; the cluster stays up. */
  | { readonly kind: "kept"; readonly reach: Reach }
  /** Something failed that the ledger may not show, e.g. because it could not be written. */
  | { readonly kind: "failed"; readonly code: DrillErrorCode; readonly message: string };

/** A step of the page, for the progress display. */
export interface StepName {
  readonly id: string;
  readonly line: number;
}

const SHOWN_KINDS = ["phase", "fault", "detection", "role", "runbook", "step", "restart", "trouble", "end"] as const;

/** The entries that the front is told of while they are recorded. It reads the others from the ledger afterwards. */
export type ShownEntry = Extract<LedgerEntry, { readonly kind: (typeof SHOWN_KINDS)[number] }>;

/** Whether the front is told of this entry. */
export function isShown(entry: LedgerEntry): entry is ShownEntry {
  return (SHOWN_KINDS as readonly string[]).includes(entry.kind);
}
