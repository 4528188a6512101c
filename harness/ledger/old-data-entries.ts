/** What came of the old data of a member that had been lost, when it was started again at the very end of the drill. */
import type { MemberView } from "./member-view.ts";
import type { OperationOutcome } from "./write-entries.ts";

/** The trial of a lost member's old data begins, or is over. */
export interface OldDataEntry {
  readonly kind: "old-data";
  readonly atMs: number;
  /** `none`: there was nothing to try; `failed`: the harness could not start it. */
  readonly event: "none" | "starting" | "failed" | "ended";
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

/** One look at the cluster while the old data was being tried, and one write through the node that it is on. */
export interface OldDataLookEntry {
  readonly kind: "old-data-look";
  /** When the last answer had come or been given up. */
  readonly atMs: number;
  readonly sentAtMs: number;
  readonly views: readonly MemberView[];
  readonly write: OperationOutcome;
  /** Why the write was not acknowledged; null when it was. */
  readonly writeReason: string | null;
}
