/**
 * Watches and leases of a system: what clients hold open across a disaster.
 * As everywhere, one call is one attempt, and nothing throws because a member cannot be reached (law 5).
 */
import type { OperationOutcome, WatchEvent } from "../ledger/index.ts";
import type { Attempt } from "./cluster.ts";

/** The system can tell of changes as they happen. */
export interface Watches {
  /**
   * Opens one watch through one member, on a connection of its own; one attempt. It stays open until it breaks, is
   * cancelled, or `signal` ends it. `created` comes first, unless it could not be opened. Never throws.
   */
  open(node: string, options: WatchOptions): AsyncGenerator<WatchMessage, WatchEnd>;
}

export interface WatchOptions {
  readonly prefix: string;
  /** The first revision that is wanted; null: from now on. */
  readonly fromRevision: string | null;
  /** Deadline for the member to say that the watch is there. */
  readonly openWithinMs: number;
  /** Ends the watch from our side. */
  readonly signal: AbortSignal;
}

/** What a watch tells. */
export type WatchMessage =
  /** The member has taken the watch; `revision` is the store's as that member knows it. */
  | { readonly kind: "created"; readonly revision: string | null }
  | { readonly kind: "events"; readonly events: readonly WatchEvent[] };

/** How a watch ended. */
export type WatchEnd =
  | { readonly kind: "not-opened"; readonly reason: string }
  /** The connection or the stream broke. */
  | { readonly kind: "lost"; readonly reason: string }
  /** The member ended it by a message; with a compact revision, because the wanted revisions are not kept any more. */
  | { readonly kind: "cancelled"; readonly reason: string; readonly compactRevision: string | null }
  /** Our side ended it. */
  | { readonly kind: "ended" };

/** A client for leases, pinned to one member. */
export interface LeaseClient extends AsyncDisposable {
  /** Grants a lease under an id of our choice, so that a grant of unknown outcome can be looked for later. */
  grant(lease: string, ttlMs: number): Promise<LeaseAttempt>;
  /** Writes a key that goes with the lease. */
  attach(lease: string, key: string, value: string): Promise<Attempt>;
  keepAlive(lease: string): Promise<LeaseAttempt>;
  /** Asks the store whether the lease is there, and for how much longer. */
  timeToLive(lease: string): Promise<LeaseAttempt>;
  /** The leases that this member itself knows, without asking the others; null when it could not be asked. */
  known(): Promise<readonly string[] | null>;
}

/** What came of a call about a lease. */
export interface LeaseAttempt {
  readonly outcome: OperationOutcome;
  /** Whether the lease is there; null unless acknowledged. */
  readonly alive: boolean | null;
  /** The time it has left, as answered; null unless it is alive. May be 0 or less when its end is due. */
  readonly ttlMs: number | null;
  /** The store's revision in the answer; null unless told. */
  readonly revision: string | null;
  /** The row of the outcome table; null when acknowledged. */
  readonly reason: string | null;
}
