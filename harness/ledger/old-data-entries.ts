/** What came of the old data of members that had been lost, when it was started again at the very end of the drill. */
import type { MemberView } from "./member-view.ts";
import type { OperationOutcome } from "./write-entries.ts";

/** The trial of one lost member's old data begins, or is over. */
export interface OldDataEntry {
  readonly kind: "old-data";
  readonly atMs: number;
  /**
   * - `none`: the drill leaves no old data to try.
   * - `nothing-to-start`: the machine came back, and has no start file any more: it is fenced.
   * - `in-use`: a process runs there already, so that the machine was not dark any more.
   * - `starting`, then `ended`: it was tried; `failed`: the harness could not start it.
   */
  readonly event: "none" | "nothing-to-start" | "in-use" | "starting" | "failed" | "ended";
  /** The node that the data was lost on; null for `none`. */
  readonly node: string | null;
  /** The name that the process with the old data has on its node, e.g. `old-etcd`; null for `none`. */
  readonly process: string | null;
  readonly detail: string;
  /** For `ended`: whether the process still ran, without having ended by itself; else null. */
  readonly stillRuns: boolean | null;
  /** For `ended`: the lines of its log in which it says that it was refused, at most three, 1,000 characters of each. */
  readonly refusals: readonly string[];
}

/** One look at the cluster while old data was being tried, with a write and a read through each node that came back. */
export interface OldDataLookEntry {
  readonly kind: "old-data-look";
  /** When the last answer had come or been given up. */
  readonly atMs: number;
  readonly sentAtMs: number;
  readonly views: readonly MemberView[];
  /** Of each node that the old data came back on, or that came back and had nothing to start. */
  readonly through: readonly OldDataAttempt[];
}

/** What a client got that was connected to one node. */
export interface OldDataAttempt {
  readonly node: string;
  readonly write: OperationOutcome;
  /** Why the write was not acknowledged; null when it was. */
  readonly writeReason: string | null;
  /** A read of what the member itself holds. */
  readonly read: OperationOutcome;
  /** Why the read was not answered; null when it was. */
  readonly readReason: string | null;
}
