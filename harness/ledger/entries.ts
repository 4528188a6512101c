/**
 * Every line that a ledger can hold. docs/ledger-format.md says the same for readers.
 *
 * All times are milliseconds on the run's monotonic clock, zero being the run's base instant. 64-bit numbers of the
 * system (revisions, ids, hashes) are decimal strings: they exceed 2^53. Nothing is optional; what is not known is null.
 */
import type { JudgementPlan } from "./plan.ts";

/** The schema version of ledgers written now. A reader refuses any other. */
export const LEDGER_SCHEMA_VERSION = 1;

/** The first line. */
export interface LedgerHeader {
  readonly kind: "header";
  readonly schemaVersion: typeof LEDGER_SCHEMA_VERSION;
  readonly runId: string;
  readonly drillId: string;
  readonly title: string;
  readonly system: string;
  readonly substrate: string;
  readonly seed: number;
  /** `none`, or the control that was run (no-fault, no-recovery, restart-only, recovery-only). */
  readonly control: string;
  /** Wall clock (ISO 8601, UTC) at the run's base instant: for the record, never for a duration. */
  readonly startedAt: string;
  readonly fault: { readonly id: string; readonly effect: string };
  readonly runbook: RunbookRecord;
  readonly plan: JudgementPlan;
  readonly environment: EnvironmentRecord;
}

/** The page that was followed, whole, so that a report needs no other file. */
export interface RunbookRecord {
  /** Its path relative to the project or to the folder the command was given in. */
  readonly file: string;
  readonly sha256: string;
  readonly text: string;
}

/** What ran and on what. */
export interface EnvironmentRecord {
  readonly drillbook: string;
  readonly node: string;
  readonly os: string;
  readonly kernel: string;
  readonly arch: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  /** How the nodes are kept apart from the machine and from other runs. */
  readonly isolation: "namespaces" | "loopback";
  /** What this substrate cannot do here, each with the reason. */
  readonly absentCapabilities: readonly { readonly capability: string; readonly reason: string }[];
  readonly programs: readonly ProgramRecord[];
}

/** One external program, as it ran. */
export interface ProgramRecord {
  readonly name: string;
  /** What the program itself says. */
  readonly version: string;
  /** Where it came from: `cache`, `path`, `docker`, `debian`. */
  readonly source: string;
  readonly sha256: string;
}

/** Any line after the header. */
export type LedgerEntry =
  | PhaseEntry
  | NodeEntry
  | ProcessEntry
  | OperationEntry
  | WorkloadStoppedEntry
  | ServiceProbeEntry
  | ClusterProbeEntry
  | LoopLagEntry
  | FaultEntry
  | WitnessEntry
  | DetectionEntry
  | DiagnosisEntry
  | RoleEntry
  | RecoveryPointEntry
  | RunbookEntry
  | StepEntry
  | FenceEntry
  | ReadBackEntry
  | ReadBackEndEntry
  | RestartEntry
  | TroubleEntry
  | EndEntry
  | ResidueEntry;

/** The phases of a drill, in order. */
export const PHASES = [
  "provision",
  "steady-state",
  "workload",
  "fault",
  "detection",
  "runbook",
  "convergence",
  "read-back",
  "rolling-restart",
  "teardown",
] as const;
export type Phase = (typeof PHASES)[number];

/** A phase begins; the one before it has ended. */
export interface PhaseEntry {
  readonly kind: "phase";
  readonly atMs: number;
  readonly phase: Phase;
}

/** A node exists. */
export interface NodeEntry {
  readonly kind: "node";
  readonly atMs: number;
  readonly node: string;
  readonly address: string;
  readonly clientUrl: string;
  readonly peerUrl: string;
}

/** Who made a process start or stop. Between injection and convergence only `fault` and `runbook` may (law 2). */
export type Actor = "harness" | "fault" | "runbook";

/** A node's process was started, told to stop, or ended. */
export interface ProcessEntry {
  readonly kind: "process";
  readonly atMs: number;
  readonly event: "started" | "signalled" | "exited";
  readonly node: string;
  /** The name of the process on its node, e.g. `etcd`. */
  readonly process: string;
  readonly pid: number;
  /** Who did it; for `exited`, who signalled it last, or null when it ended by itself. */
  readonly actor: Actor | null;
  /** The start command as it ran, for `started`; else null. */
  readonly command: readonly string[] | null;
  readonly exitCode: number | null;
  readonly signal: string | null;
}

/** What became of an operation (law 6). `unknown` unless it is certain. */
export type OperationOutcome = "acknowledged" | "refused" | "unknown";

/** One operation of the workload, recorded when it was answered or given up. */
export interface OperationEntry {
  readonly kind: "operation";
  /** When it was answered or given up. */
  readonly atMs: number;
  /** Counts from 0 in the order of sending, over all clients. */
  readonly id: number;
  readonly client: string;
  /** The node that the client is pinned to. */
  readonly node: string;
  readonly op: "put" | "delete" | "get";
  readonly key: string;
  /** sha256 (first 32 hex digits) of the value written or read; null for a delete, and for a read of nothing. */
  readonly valueHash: string | null;
  /** When the open model's schedule wanted it sent. */
  readonly scheduledAtMs: number;
  readonly sentAtMs: number;
  readonly outcome: OperationOutcome;
  /** For an acknowledged write: its revision. For an acknowledged read: the key's modification revision, null when absent. */
  readonly revision: string | null;
  /** The row of the outcome table that applied, e.g. `deadline`; null when acknowledged. */
  readonly reason: string | null;
}

/** The workload has stopped; its own count of what it sent, against which the entries are compared. */
export interface WorkloadStoppedEntry {
  readonly kind: "workload-stopped";
  readonly atMs: number;
  readonly sent: number;
  /** Ticks of the schedule that could not be sent at all (0 in a sound run). */
  readonly skippedTicks: number;
}

/** One service probe: a write through one member, on the fast grid. */
export interface ServiceProbeEntry {
  readonly kind: "service-probe";
  /** When it was answered or given up. */
  readonly atMs: number;
  readonly node: string;
  readonly sentAtMs: number;
  readonly ok: boolean;
  /** Why not ok; null when ok. */
  readonly reason: string | null;
}

/** One look at the whole cluster, on the slow grid: what each member says, asked of that member alone. */
export interface ClusterProbeEntry {
  readonly kind: "cluster-probe";
  /** When the last member had answered or been given up. */
  readonly atMs: number;
  readonly sentAtMs: number;
  readonly views: readonly MemberView[];
}

/** What one node's member says of itself and of its cluster. A node that does not answer has `answered: false` and nulls. */
export interface MemberView {
  readonly node: string;
  readonly answered: boolean;
  /** Why it did not answer; null when it did. */
  readonly reason: string | null;
  readonly clusterId: string | null;
  readonly memberId: string | null;
  /** The leader's member id; null when this member knows of none. */
  readonly leaderId: string | null;
  readonly term: string | null;
  readonly appliedIndex: string | null;
  readonly revision: string | null;
  /** Alarms and errors that are raised, e.g. `NOSPACE`; null when it could not be asked. */
  readonly alarms: readonly string[] | null;
  readonly members: readonly ListedMember[] | null;
  /** A hash of this member's data; null when it could not be had. Two are comparable when both revisions are equal. */
  readonly stateHash: StateHash | null;
}

/** One line of a member list. */
export interface ListedMember {
  readonly memberId: string;
  /** Empty until the member has started for the first time. */
  readonly name: string;
  readonly peerUrls: readonly string[];
  readonly clientUrls: readonly string[];
  readonly isLearner: boolean;
}

/** The hash of a member's key-value data up to a revision. */
export interface StateHash {
  readonly revision: string;
  readonly compactRevision: string;
  readonly hash: string;
}

/** The longest delay of the harness's own event loop since the last such entry. */
export interface LoopLagEntry {
  readonly kind: "loop-lag";
  readonly atMs: number;
  readonly sinceMs: number;
  readonly maxLagMs: number;
}

/** The life of the fault. `injecting` is written and flushed before anything is touched. */
export interface FaultEntry {
  readonly kind: "fault";
  readonly atMs: number;
  readonly event: "armed" | "injecting" | "injected" | "lifted";
  readonly fault: string;
  /** The nodes that are touched, resolved from words such as `majority`. */
  readonly targets: readonly string[];
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

/** What diagnosis saw before the runbook began: one view of each node, without the help of the injector. */
export interface DiagnosisEntry {
  readonly kind: "diagnosis";
  readonly atMs: number;
  readonly views: readonly MemberView[];
}

/** A role of the page was bound to a node by what diagnosis saw, or could not be. */
export interface RoleEntry {
  readonly kind: "role";
  readonly atMs: number;
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
  readonly revision: string | null;
  readonly because: string;
}

/** The follower began with the page, or ended with it. */
export interface RunbookEntry {
  readonly kind: "runbook";
  readonly atMs: number;
  readonly event: "started" | "ended";
  /** Every block of the page: steps and prose must add up to it. */
  readonly blocks: number;
  readonly steps: number;
  readonly proseBlocks: number;
}

/** One step of the page, after it ended, or as skipped when an earlier step failed. */
export interface StepEntry {
  readonly kind: "step";
  readonly atMs: number;
  readonly id: string;
  /** The line of the page on which its block begins, from 1. */
  readonly line: number;
  /** The role that the page names. */
  readonly role: string;
  /** The node (or `workstation`) it ran on; null when it was skipped. */
  readonly node: string | null;
  /** Whether the page declares that this step acts on the cluster, or only looks. */
  readonly acts: boolean;
  readonly status: "ran" | "timed-out" | "skipped" | "session-ended";
  /** Of the first command that failed, or 0; null unless `ran`. */
  readonly exitCode: number | null;
  readonly startMs: number | null;
  readonly endMs: number | null;
  /** The end of its output (standard output and error as they came), at most 4,000 characters. */
  readonly outputTail: string;
  readonly outputBytes: number;
  /** The whole output, relative to the run's folder. */
  readonly outputFile: string | null;
}

/** The write after which the read-back reads. */
export interface FenceEntry {
  readonly kind: "fence";
  readonly atMs: number;
  readonly pass: ReadBackPass;
  /** Null when the fence could not be written. */
  readonly revision: string | null;
  readonly reason: string | null;
}

/** Read-back happens after convergence, and again after every member was restarted. */
export type ReadBackPass = "after-convergence" | "after-restart";

/** A part of what one member holds at the fence's revision. */
export interface ReadBackEntry {
  readonly kind: "read-back";
  readonly atMs: number;
  readonly pass: ReadBackPass;
  readonly node: string;
  readonly items: readonly HeldKey[];
}

/** One key as a member holds it. */
export interface HeldKey {
  readonly key: string;
  readonly valueHash: string;
  /** The revision of its last change. */
  readonly revision: string;
}

/** The read-back of one member is over. A key that was not in its items is absent there only if `complete`. */
export interface ReadBackEndEntry {
  readonly kind: "read-back-end";
  readonly atMs: number;
  readonly pass: ReadBackPass;
  readonly node: string;
  readonly revision: string | null;
  readonly keys: number;
  readonly complete: boolean;
  readonly reason: string | null;
  readonly stateHash: StateHash | null;
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
  readonly processes: readonly string[];
  readonly folders: readonly string[];
  readonly addresses: readonly string[];
}
