/**
 * The face of a system under recovery: a cluster, its clients and what can be seen of it.
 * No method throws because a member cannot be reached (law 5), and none retries.
 */
import type { RunContext } from "../core/index.ts";
import type {
  CommandLineStyle,
  HeldKey,
  MemberView,
  OperationOutcome,
  Recorder,
  RecoveryFlagCheckPlan,
  RoleEntry,
  StateHash,
  StoreLacks,
} from "../ledger/index.ts";
import type { Capability, Machine, Node, Substrate } from "../substrate/index.ts";
import type { LeaseObjectClient } from "./lease-objects.ts";
import type { LeaseClient, Watches } from "./watches.ts";

/** A kind of system: knows how to make a cluster of it. */
export interface System {
  /** E.g. `etcd`. */
  readonly id: string;
  /** Names of the programs it needs from tools/. */
  readonly programs: readonly string[];
  /** The version that the drill is about, by the name of its family, e.g. `{ etcd: "3.5.0" }`; empty when any will do. */
  readonly versions: Readonly<Record<string, string>>;
  readonly commandLines: CommandLines;
  /** What it takes of the substrate that not every one can do. */
  readonly needs: readonly Capability[];
  /** All nodes, spares too. */
  readonly nodeNames: readonly string[];
  /** The nodes that have a member at the start. */
  readonly memberNames: readonly string[];
  /** A second cluster beside it, which no fault touches; null: there is none. */
  readonly bystander: (Pick<System, "memberNames"> & Pick<Cluster, "name">) | null;
  /** What starts a member in a way that is for a recovery only, so that none of it may stay in a start command. */
  readonly recoveryFlags: Omit<RecoveryFlagCheckPlan, "id">;
  /** Words of a member's log by which it says that the others refuse it, because it was removed or is of another cluster. */
  readonly oldDataRefusals: readonly string[];
  /** What the store lacks of what drills use and judge, each with the reason; empty when it has all. */
  readonly lacks: StoreLacks;
  /** What a drill on this system needs otherwise than by default; the reasons stand where they are declared. */
  readonly settings: Readonly<Partial<SystemSettings>>;
  /** Why a member that starts without a leader answers nobody, so that one which does answer cannot be forked; null: it answers. */
  readonly silentWithoutLeader: string | null;
  /** Makes nodes on the substrate, and starts a member on each. Does not wait for steady state. */
  provision(options: ProvisionOptions): Promise<Cluster>;
  /** The cluster on the machines of a copy, which the substrate has: records no node, starts nothing, asks nothing. */
  reopen(options: ProvisionOptions): Promise<Cluster>;
}

/** The settings of a drill that may depend on the system; the others are the scenario's alone. All in milliseconds unless named otherwise. */
export interface SystemSettings {
  readonly writesPerSecond: number;
  readonly readsPerSecond: number;
  /** See WorkloadPlan: one acknowledged write must have been answered at most this long before the injection. */
  readonly lastWriteWithinMs: number;
  readonly operationTimeoutMs: number;
  readonly serviceProbePeriodMs: number;
  readonly serviceProbeTimeoutMs: number;
  readonly clusterProbePeriodMs: number;
  readonly clusterProbeTimeoutMs: number;
  /** Steady state before the fault is awaited at most this long. */
  readonly steadyWithinMs: number;
  /** Detection: how long no member must have served, or the cluster must have been seen not to be steady. */
  readonly unavailableForMs: number;
  readonly holdForMs: number;
  /** The least time to live that the store gives a lease, whatever is asked for. */
  readonly leastLeaseMs: number;
  /** How much longer than its time to live a lease may live that is left alone. */
  readonly leaseSlackMs: number;
  /** Convergence is awaited at most this long after the runbook's end. */
  readonly convergeWithinMs: number;
  /** Steady state after the rolling restart is awaited at most this long for each member. */
  readonly restartWithinMs: number;
}

/** The system's programs that a page may call, and how each takes its arguments, so that a page can be checked before it is followed. */
export interface CommandLines {
  readonly programs: Readonly<Record<string, CommandLineStyle>>;
  /** The one whose flags a page writes into the start command; null when there is none. */
  readonly manifest: string | null;
}

export interface ProvisionOptions {
  readonly substrate: Substrate;
  readonly run: RunContext;
  readonly recorder: Recorder;
  /** Path of each program that the system named. */
  readonly programs: Readonly<Record<string, string>>;
}

/** A running cluster. The substrate owns its processes and folders; disposing the cluster closes clients only. */
export interface Cluster extends AsyncDisposable {
  /** What people call it, e.g. `main`. */
  readonly name: string;
  /** The second cluster, with nodes of its own and the same workstation; disposed with this one. Null: there is none. */
  readonly bystander: Cluster | null;
  readonly nodes: readonly ClusterNode[];
  /** The operator's machine, with the system's tools and credentials. */
  readonly workstation: Machine;
  /** A client that talks to one member only, or to one server beside it, on connections of its own. */
  openClient(node: string, options: { readonly timeoutMs: number }): StoreClient;
  /**
   * Opens a client of the node's member itself, where those of `openClient` ask a server beside it that may ask other members, too.
   * Null: they ask the member.
   */
  readonly openMemberClient: ((node: string, options: { readonly timeoutMs: number }) => StoreClient) | null;
  /** How another thread can write to one member; null when only this one can (a cluster in memory). */
  probeAccess(node: string): ProbeAccess | null;
  /** Null: the system has no watches. */
  readonly watches: Watches | null;
  /** Opens a client for leases that talks to one member only. Null: the system has no leases. */
  readonly openLeaseClient: ((node: string, options: { readonly timeoutMs: number }) => LeaseClient) | null;
  /** Opens a client for Lease objects that asks one node's server only. Null: the system has none. */
  readonly openLeaseObjectClient: ((node: string, options: { readonly timeoutMs: number }) => LeaseObjectClient) | null;
  /** What one member says of itself and of the cluster; with `hashAtRevision`, also the hash of its data at that revision. */
  view(node: string, options: ViewOptions): Promise<MemberView>;
  /**
   * All keys below `prefix` that this member itself holds, in parts. Reads from that member alone, without asking the others:
   * for etcd serializable ranges at the fence's revision; where the store lacks `revisions`, what it holds when it holds the
   * fence itself, for which it is asked until the time is over; the end tells what it holds under the fence's key.
   */
  held(node: string, options: HeldOptions): AsyncGenerator<readonly HeldKey[], HeldEnd>;
  /** Restarts the node's member in an orderly way, for the rolling restart. Does not wait until it serves. */
  restart(node: string): Promise<void>;
  /** Whether a line of a member's log says that the process cannot go on: a fatal error or a panic. */
  isFatalLogLine(line: string): boolean;
  /** The variables that a page may use for a role, e.g. `SURVIVOR_CLIENT_URL`; for the sessions of the runbook. */
  roleEnvironment(bindings: readonly RoleBinding[]): Readonly<Record<string, string>>;
}

/** What another thread needs to probe a member: data only, since it crosses to that thread as a copy. */
export type ProbeAccess =
  | ({ readonly kind: "etcd" } & SecureAccess)
  /** By the API server of the member's host. */
  | ({ readonly kind: "kubernetes" } & SecureAccess)
  | {
      readonly kind: "dqlite";
      readonly clientUrl: string;
      /** By which the writers of all threads take turns. */
      readonly turns: SharedArrayBuffer;
    };

/** Where somebody serves clients, and as whom it is asked. */
export interface SecureAccess {
  readonly clientUrl: string;
  /** Certificate of the run's authority, the client's certificate and its private key: PEM. */
  readonly authority: string;
  readonly certificate: string;
  readonly privateKey: string;
}

/** One node of the cluster. */
export interface ClusterNode {
  readonly name: string;
  readonly clientUrl: string;
  readonly peerUrl: string;
  /** A spare has no member at the start; what it has of what one needs is the system's to say, and programs at least. */
  readonly startsAs: "member" | "spare";
  /** Folder of the member's data, relative to the node's home folder. */
  readonly dataDir: string;
  /**
   * Other folders that the cluster has made on the machine's own disk (`Node.ownDisk`), relative to it, of which a new machine has none.
   * Left out: none.
   */
  readonly onOwnDisk?: readonly string[];
  /** The name of the member's process on the node. */
  readonly process: string;
  /** An argument of its start command that no other process has, so that others than its supervisor find it. */
  readonly ownArgument: string;
  readonly machine: Node;
}

export interface ViewOptions {
  readonly timeoutMs: number;
  readonly hashAtRevision?: string;
  /** Whether to look into the member's data folder too (`MemberView.stored`), of a system whose members tell little. Default: no. */
  readonly withStored?: boolean;
}

export interface HeldOptions {
  readonly prefix: string;
  /** Behind which is read; null: as it is now, which only a store that lacks `revisions` can be asked. */
  readonly fence: Fence | null;
  /** Of each call; where the store lacks `revisions`, of all of it, the wait for the fence included. */
  readonly timeoutMs: number;
}

/** A write that was acknowledged when all that is looked for had been written. */
export interface Fence {
  readonly key: string;
  readonly value: string;
  /** At which it was acknowledged; null where the store lacks `revisions`. A member that numbers writes otherwise holds it at another one. */
  readonly revision: string | null;
}

/** How a `held` read ended. */
export interface HeldEnd {
  /** Whether every key below the prefix was read. */
  readonly complete: boolean;
  /** At which the keys were read: that at which the member itself holds the fence. Null when it does not, and where the store lacks `revisions`. */
  readonly revision: string | null;
  /** The hash of what the member itself holds under the fence's key; null when it holds nothing there. */
  readonly fenceValueHash: string | null;
  readonly reason: string | null;
  readonly stateHash: StateHash | null;
}

/** A client of the store, pinned to one member. One operation, one attempt. */
export interface StoreClient extends AsyncDisposable {
  put(key: string, value: string): Promise<Attempt>;
  /** Not called where the store lacks `deletes`. Of what is not there acknowledged, or refused for the reason `not-there`. */
  delete(key: string): Promise<Attempt>;
  /** A linearizable read. */
  get(key: string): Promise<Attempt>;
  /** A read of what this member itself holds, without asking the others (for etcd: serializable). It may be old. As `get` where the store lacks `local-reads`. */
  getLocal(key: string): Promise<Attempt>;
  /** Writes to different keys, all or none of them, at one revision. Not called where the store lacks `transactions`. */
  transact(transaction: Transaction): Promise<TransactionAttempt>;
}

/** Writes that belong together, each to a key of its own. */
export interface Transaction {
  readonly writes: readonly StoreWrite[];
  /** Nothing is written unless the last change of this key was at this revision (`0`: it is absent). Null: no condition. */
  readonly onlyIf: { readonly key: string; readonly revision: string } | null;
}

/** One write of a transaction; a null value deletes. */
export interface StoreWrite {
  readonly key: string;
  readonly value: string | null;
}

/** What came of a transaction. */
export interface TransactionAttempt {
  /** Of all its writes; `refused` for the reason `compare-failed` when the store said that the condition did not hold. */
  readonly attempt: Attempt;
  /** What the key of the condition was found to hold in that case; else null. */
  readonly found: Attempt | null;
}

/** What came of one operation. */
export interface Attempt {
  readonly outcome: OperationOutcome;
  /**
   * For an acknowledged write its revision; for an acknowledged read the key's modification revision, null when absent. Null of all
   * where the store lacks `revisions`.
   */
  readonly revision: string | null;
  /** The value read; null for writes and when absent. */
  readonly value: string | null;
  /** The row of the outcome table; null when acknowledged. */
  readonly reason: string | null;
}

/** A role of a page, bound to a node or not. */
export type RoleBinding = Pick<RoleEntry, "role" | "node" | "because">;

/**
 * Binds the roles of a page from what diagnosis saw, and from what the page's preparation has bound (nothing, while that is being
 * bound itself); never from what the injector did (law 8). Pure.
 */
export type RoleBinder = (views: readonly MemberView[], prepared?: readonly RoleBinding[]) => readonly RoleBinding[];
