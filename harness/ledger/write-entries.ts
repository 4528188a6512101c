/** What was written and read, and what each member held of it afterwards: the two sides of the account of writes. */
import type { StateHash } from "./member-view.ts";

/** What became of an operation (law 6). `unknown` unless it is certain. */
export type OperationOutcome = "acknowledged" | "refused" | "unknown";

/** The reason of a write that was not applied because the condition of its transaction did not hold: an answer, and no failure. */
export const COMPARE_FAILED = "compare-failed";

/** The reason of a delete that was not applied because the store says that nothing was there: an answer, and no failure. */
export const NOT_THERE = "not-there";

/** One operation of the workload, recorded when it was answered or given up. */
export interface OperationEntry {
  readonly kind: "operation";
  /** When it was answered or given up. */
  readonly atMs: number;
  /** Counts from 0 in the order of sending, over all clients. */
  readonly id: number;
  /**
   * The transaction that this operation is a part of, named by the id of its first one; null for an operation that stands
   * alone. Its writes have one outcome and one revision: all or nothing. One whose condition did not hold is recorded as
   * refused writes with the reason `compare-failed`, and a `get` of what the key of the condition held instead.
   */
  readonly transaction: number | null;
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
  /**
   * For an acknowledged write: its revision. For an acknowledged read: the key's modification revision, null when absent. Null
   * of all where the store lacks `revisions`.
   */
  readonly revision: string | null;
  /** The row of the outcome table that applied, e.g. `deadline`; null when acknowledged. */
  readonly reason: string | null;
}

/** Whether the store served a request: it did what was asked, or answered that the condition did not hold or that there was nothing to delete. */
export function wasServed({ outcome, reason }: Pick<OperationEntry, "outcome" | "reason">): boolean {
  return outcome === "acknowledged" || reason === COMPARE_FAILED || reason === NOT_THERE;
}

/** Whether an operation is the first of its request: true for one that stands alone, and once for each transaction. */
export function isFirstOfRequest({ id, transaction }: Pick<OperationEntry, "id" | "transaction">): boolean {
  return transaction === null || transaction === id;
}

/** The workload has stopped; its own count of what it sent, against which the entries are compared. */
export interface WorkloadStoppedEntry {
  readonly kind: "workload-stopped";
  readonly atMs: number;
  readonly sent: number;
  /** Ticks of the schedule that could not be sent at all (0 in a sound run). */
  readonly skippedTicks: number;
}

/** The write after which the read-back reads. */
export interface FenceEntry {
  readonly kind: "fence";
  readonly atMs: number;
  readonly pass: ReadBackPass;
  /** Whether a member acknowledged it; false when it could not be written. */
  readonly acknowledged: boolean;
  /** The key and the hash of the value that was acknowledged; null when none was. */
  readonly key: string | null;
  readonly valueHash: string | null;
  /** Null when it was not acknowledged, and where the store lacks `revisions`. */
  readonly revision: string | null;
  readonly reason: string | null;
}

/** Read-back happens after convergence, and again after every member was restarted. */
export type ReadBackPass = "after-convergence" | "after-restart";

/** A part of what one member holds: at the fence's revision, or, without revisions, when it was read behind the fence. */
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
  /** The revision of its last change; null where the store lacks `revisions`. */
  readonly revision: string | null;
  /** How often it was put since it was created (a delete ends that), as the store itself counts; null where it does not. */
  readonly version: string | null;
}

/** A part of what the survivor itself held when it was diagnosed: the recovery point of a store that lacks `revisions`. */
export interface PointHeldEntry {
  readonly kind: "recovery-point-held";
  readonly atMs: number;
  readonly node: string;
  readonly items: readonly HeldKey[];
}

/** Why a member was not read that answered and holds nothing, or another value, under the fence's key: its own word, not that it was silent. */
export const FENCE_NOT_HELD = "it does not hold the fence";

/** The read-back of one member is over. A key that was not in its items is absent there only if `complete`. */
export interface ReadBackEndEntry {
  readonly kind: "read-back-end";
  readonly atMs: number;
  readonly pass: ReadBackPass;
  readonly node: string;
  /** At which the keys were read: that at which the member itself holds the fence. Null when it does not, and where the store lacks `revisions`. */
  readonly revision: string | null;
  /** The hash of what this member itself holds under the fence's key, which proves that it was read behind the fence; null when it holds nothing there. */
  readonly fenceValueHash: string | null;
  readonly keys: number;
  readonly complete: boolean;
  readonly reason: string | null;
  readonly stateHash: StateHash | null;
}
