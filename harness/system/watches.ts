/**
 * Watches of a system: what clients hold open across a disaster.
 * As everywhere, one call is one attempt, and nothing throws because a member cannot be reached (law 5).
 */
import type { WatchEvent } from "../ledger/index.ts";

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
