/** What recording watchers saw: one watcher for each member, on the workload's prefix, opened before the fault. */

/** One attempt to open a watch, when it was answered or given up. Attempts are never made behind the record's back. */
export interface WatchOpenEntry {
  readonly kind: "watch-open";
  readonly atMs: number;
  readonly sentAtMs: number;
  readonly watcher: string;
  /** The node that the watcher is pinned to. */
  readonly node: string;
  /** Counts from 1 for each watcher. */
  readonly attempt: number;
  /** The first revision that was asked for; null: from now on. */
  readonly fromRevision: string | null;
  /** Whether the member took it. */
  readonly opened: boolean;
  /** The store's revision as the member told it with its yes; null when it did not. */
  readonly revision: string | null;
  /** Why it was not opened; null when it was. */
  readonly reason: string | null;
}

/** Changes that an open watch delivered, in the order in which they came; several messages of the member may be in one. */
export interface WatchEventsEntry {
  readonly kind: "watch-events";
  /** When the last of them had come. */
  readonly atMs: number;
  readonly watcher: string;
  readonly attempt: number;
  readonly events: readonly WatchEvent[];
}

/** One change of one key. */
export interface WatchEvent {
  readonly op: "put" | "delete";
  readonly key: string;
  /** The revision of the change. */
  readonly revision: string;
}

/** An open watch is over. */
export interface WatchEndEntry {
  readonly kind: "watch-end";
  readonly atMs: number;
  readonly watcher: string;
  readonly attempt: number;
  /** `lost`: the connection broke; `cancelled`: the member ended it by a message; `ended`: we did. */
  readonly how: "lost" | "cancelled" | "ended";
  /** With `cancelled`: the oldest revision that the member still has; null when it told none. */
  readonly compactRevision: string | null;
  /** Null when we ended it. */
  readonly reason: string | null;
}

/** A watcher was told to stop; its own count, against which the entries are compared. */
export interface WatcherStoppedEntry {
  readonly kind: "watcher-stopped";
  readonly atMs: number;
  readonly watcher: string;
  readonly node: string;
  readonly attempts: number;
  readonly events: number;
}

/** The system under recovery does not have something that a check would look at; recorded once, before the fault. */
export interface AbsentEntry {
  readonly kind: "absent";
  readonly atMs: number;
  readonly what: "watches" | "leases";
  readonly reason: string;
}
