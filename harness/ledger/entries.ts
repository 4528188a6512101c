/**
 * Every line that a ledger can hold. docs/ledger-format.md says the same for readers.
 *
 * All times are milliseconds on the run's monotonic clock, zero being the run's base instant. 64-bit numbers of the
 * system (revisions, ids, hashes) are decimal strings: they exceed 2^53. Nothing is optional; what is not known is null.
 */
import type { BystanderEntry } from "./bystander-entries.ts";
import type { ForkPointEntry, SeamEntry } from "./fork-entries.ts";
import type { LeaseEntry, LeaseStateEntry } from "./lease-entries.ts";
import type { LeaseObjectEntry, LeaseObjectStateEntry } from "./lease-object-entries.ts";
import type { LogLineEntry, LogScanEntry } from "./log-entries.ts";
import type { MemberView } from "./member-view.ts";
import type { PageCommandsEntry, ProgramSaidEntry } from "./page-entries.ts";
import type { StepCondition } from "./plan.ts";
import type { OldDataEntry, OldDataLookEntry } from "./old-data-entries.ts";
import type { ServiceReadEntry, StretchEntry } from "./service-entries.ts";
import type {
  AbsentEntry,
  WatcherStoppedEntry,
  WatchEndEntry,
  WatchEventsEntry,
  WatchOpenEntry,
} from "./watch-entries.ts";
import type {
  FenceEntry,
  OperationEntry,
  PointHeldEntry,
  ReadBackEndEntry,
  ReadBackEntry,
  WorkloadStoppedEntry,
} from "./write-entries.ts";

/** Any line after the header. */
export type LedgerEntry =
  | PhaseEntry
  | NodeEntry
  | ProcessEntry
  | OperationEntry
  | WorkloadStoppedEntry
  | WatchOpenEntry
  | WatchEventsEntry
  | WatchEndEntry
  | WatcherStoppedEntry
  | LeaseEntry
  | LeaseStateEntry
  | LeaseObjectEntry
  | LeaseObjectStateEntry
  | AbsentEntry
  | ServiceProbeEntry
  | ServiceReadEntry
  | StretchEntry
  | ClusterProbeEntry
  | LoopLagEntry
  | FaultEntry
  | WitnessEntry
  | DetectionEntry
  | DiagnosisEntry
  | RoleEntry
  | RecoveryPointEntry
  | PointHeldEntry
  | PageCommandsEntry
  | ProgramSaidEntry
  | RunbookEntry
  | StepEntry
  | FenceEntry
  | ReadBackEntry
  | ReadBackEndEntry
  | RestartEntry
  | ForkPointEntry
  | SeamEntry
  | LogLineEntry
  | LogScanEntry
  | OldDataEntry
  | OldDataLookEntry
  | BystanderEntry
  | TroubleEntry
  | EndEntry
  | ResidueEntry;

/** The phases of a drill, in order. */
export const PHASES = [
  "preflight",
  "provision",
  "steady-state",
  "workload",
  "preparation",
  "fault",
  "detection",
  "runbook",
  "convergence",
  "read-back",
  "held-open",
  "rolling-restart",
  "old-data",
  "teardown",
] as const;
export type Phase = (typeof PHASES)[number];

/** A phase begins; the one before it has ended. */
export interface PhaseEntry {
  readonly kind: "phase";
  readonly atMs: number;
  readonly phase: Phase;
}

/** A node exists. A spare is a machine without a member at the start; the page may make one there. */
export interface NodeEntry {
  readonly kind: "node";
  readonly atMs: number;
  readonly node: string;
  readonly address: string;
  readonly clientUrl: string;
  readonly peerUrl: string;
  readonly startsAs: "member" | "spare";
}

/**
 * Who made a process start or stop. Between injection and convergence only `fault` and `runbook` may (law 2), `control` in a
 * control that starts what stopped, and `fork`: what makes the machines stand still while they are copied, and starts again in
 * a fork what ran when its fork point was taken.
 */
export type Actor = "harness" | "fault" | "runbook" | "control" | "fork";

/** A node's process was started, told to stop, or ended. */
export interface ProcessEntry {
  readonly kind: "process";
  readonly atMs: number;
  readonly event: "started" | "signalled" | "exited";
  readonly node: string;
  /** The name of the process on its node, e.g. `etcd`. */
  readonly process: string;
  readonly pid: number;
  /**
   * Who did it; for `exited`, who signalled it last, or null when it ended by itself. For `started` null when an engine did it by itself, as
   * the container's restart policy says.
   */
  readonly actor: Actor | null;
  /** The start command as it ran, for `started`; else null. */
  readonly command: readonly string[] | null;
  /** The names of the variables that its manifest sets, for `started`; else null. Never their values, which may be secret. */
  readonly variables: readonly string[] | null;
  readonly exitCode: number | null;
  readonly signal: string | null;
}

/** One service probe: a write through one member, on the fast grid. */
export interface ServiceProbeEntry {
  readonly kind: "service-probe";
  /** When it was answered or given up. */
  readonly atMs: number;
  readonly node: string;
  readonly sentAtMs: number;
  /**
   * Whether it was acknowledged within its time-out. Null: nobody knows, since the harness's own loop stood still for so
   * much of the time-out that the silence may be its own.
   */
  readonly ok: boolean | null;
  /** Why not ok; null when ok. `harness-stood-still` when nobody knows. */
  readonly reason: string | null;
}

/** The reason of a probe that proves nothing, for a service probe and for one member's view in a cluster probe alike. */
export const HARNESS_STOOD_STILL = "harness-stood-still";

/** One look at the whole cluster, on the slow grid: what each member says, asked of that member alone. */
export interface ClusterProbeEntry {
  readonly kind: "cluster-probe";
  /** When the last member had answered or been given up. */
  readonly atMs: number;
  readonly sentAtMs: number;
  readonly views: readonly MemberView[];
}

/** The longest delay of one of the harness's own event loops since its last such entry. */
export interface LoopLagEntry {
  readonly kind: "loop-lag";
  /** `drill`: what follows the page, runs the workload and looks at the whole cluster. `probes`: the service probes' own thread. */
  readonly loop: "drill" | "probes";
  readonly atMs: number;
  readonly sinceMs: number;
  readonly maxLagMs: number;
}

/**
 * The life of the fault. `injecting` is written and flushed before anything is touched, and so is `lifting` before a fault
 * that ends by itself is ended: between `lifting` and `lifted` the fault acts once more.
 */
export interface FaultEntry {
  readonly kind: "fault";
  readonly atMs: number;
  readonly event: "armed" | "injecting" | "injected" | "lifting" | "lifted";
  readonly fault: string;
  /** The nodes that are touched, resolved from words such as `majority`. */
  readonly targets: readonly string[];
  /** How they were found: the word, what the members said, and whether the seed chose among several. */
  readonly chosen: string;
  /** What it may touch, for the reader, e.g. the folders that are destroyed. */
  readonly blastRadius: readonly string[];
}

/** One sign of the fault's effect, as its independent witness saw it. */
export interface WitnessEntry {
  readonly kind: "witness";
  /** When the observation ended. */
  readonly atMs: number;
  readonly sentAtMs: number;
  readonly when: "before" | "after";
  /** E.g. `survivor-has-no-leader`. */
  readonly sign: string;
  /** True: the sign is there. False: it is not. Null: it could not be observed. */
  readonly seen: boolean | null;
  readonly detail: string;
}

/** The detection rule has fired. */
export interface DetectionEntry {
  readonly kind: "detection";
  readonly atMs: number;
  readonly rule: string;
}

/**
 * A part of the page: what is done while all is well (`when=before` on the fence), so that there is something to recover
 * from; and what is done when the disaster is there.
 */
export type PagePart = "preparation" | "recovery";

/** What diagnosis saw before a part of the page began: one view of each node, without the help of the injector. */
export interface DiagnosisEntry {
  readonly kind: "diagnosis";
  readonly atMs: number;
  readonly part: PagePart;
  readonly views: readonly MemberView[];
}

/** A role of the page was bound to a node by what diagnosis saw, or could not be. What the preparation binds stays bound. */
export interface RoleEntry {
  readonly kind: "role";
  readonly atMs: number;
  readonly part: PagePart;
  readonly role: string;
  /** Null when the role is ambiguous or nobody fits. */
  readonly node: string | null;
  /** What was seen that led to it. */
  readonly because: string;
}

/** Where the declared recovery point lies. */
export interface RecoveryPointEntry {
  readonly kind: "recovery-point";
  readonly atMs: number;
  /** The node whose keys are the point, and how many of them are on record before this entry; null where a revision tells, or nobody knows. */
  readonly values: { readonly node: string; readonly keys: number } | null;
  readonly revision: string | null;
  readonly because: string;
}

/** The follower began with a part of the page, or ended with it. */
export interface RunbookEntry {
  readonly kind: "runbook";
  readonly atMs: number;
  readonly part: PagePart;
  readonly event: "started" | "ended";
  /** Every block of the page: the steps of both parts and prose must add up to it. */
  readonly blocks: number;
  /** Steps of the preparation, on the whole page. */
  readonly preparationSteps: number;
  /** Steps of the recovery, on the whole page. */
  readonly steps: number;
  readonly proseBlocks: number;
}

/** One step of the page, after it ended, or as skipped when an earlier step failed, or as not chosen. */
export interface StepEntry {
  readonly kind: "step";
  readonly atMs: number;
  readonly part: PagePart;
  readonly id: string;
  /** The line of the page on which its block begins, from 1. */
  readonly line: number;
  /** The role that the page names. */
  readonly role: string;
  /** The node (or `workstation`) it ran on; null when it was skipped. */
  readonly node: string | null;
  /** Whether the page declares that this step acts on the cluster, or only looks. */
  readonly acts: boolean;
  /** What it depends on, where the page leaves a choice open; null: it is run in every reading. */
  readonly onlyIf: StepCondition | null;
  /** `skipped`: an earlier step had failed; `not-chosen`: it is of another reading of the page than the plan's. */
  readonly status: "ran" | "timed-out" | "skipped" | "not-chosen" | "session-ended";
  /** Of the first command that failed, or 0; null unless `ran`. */
  readonly exitCode: number | null;
  readonly startMs: number | null;
  readonly endMs: number | null;
  /** The end of its output (standard output and error as they came), at most 4,000 characters. */
  readonly outputTail: string;
  /** All that it printed, kept or not. */
  readonly outputBytes: number;
  /** How many secrets were replaced by a placeholder in what is kept of its output; the count of bytes is of what it printed. */
  readonly redactions: number;
  /** Its output from the beginning, relative to the run's folder: the first 10 MB, with a note of how much was cut. */
  readonly outputFile: string | null;
}

/** One member was restarted in its turn, after convergence; or all of them were and steady state has been awaited. */
export interface RestartEntry {
  readonly kind: "restart";
  readonly atMs: number;
  readonly event: "restarted" | "failed" | "all-restarted" | "steady-again" | "not-steady";
  readonly node: string | null;
  readonly detail: string;
}

/** The harness or its environment failed; with such an entry the run is at best `broken`. */
export interface TroubleEntry {
  readonly kind: "trouble";
  readonly atMs: number;
  readonly outcome: "broken" | "interrupted";
  readonly phase: string;
  readonly message: string;
}

/** The live part has ended and everything it started has been told to stop. A ledger without it was cut short. */
export interface EndEntry {
  readonly kind: "end";
  readonly atMs: number;
}

/** What was found of the run after its end, by an audit from outside the run's own process. */
export interface ResidueEntry {
  readonly kind: "residue";
  readonly atMs: number;
  /** False when the cluster was kept on request. */
  readonly audited: boolean;
  /** `PID COMMAND`; of a run in containers these and their networks too, by name. */
  readonly processes: readonly string[];
  readonly folders: readonly string[];
  readonly addresses: readonly string[];
}
