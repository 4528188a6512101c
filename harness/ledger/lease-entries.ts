/** What was done with leases, and what was seen of them: some are kept alive, others are granted and left alone. */
import type { OperationOutcome } from "./write-entries.ts";

/** One call about one lease, when it was answered or given up. */
export interface LeaseEntry {
  readonly kind: "lease";
  readonly atMs: number;
  readonly sentAtMs: number;
  /** `grant`; `attach` writes its key; `keep-alive` starts its time again; `look` asks only. */
  readonly act: "grant" | "attach" | "keep-alive" | "look";
  /** The lease's id. */
  readonly lease: string;
  /** Whether it is one that is kept alive, or one that is left alone. */
  readonly purpose: "kept" | "abandoned";
  /** The key that goes with it. */
  readonly key: string;
  /** The node that was asked. */
  readonly node: string;
  readonly outcome: OperationOutcome;
  /** Whether the lease was there by the answer; null unless acknowledged, and for `attach`. */
  readonly alive: boolean | null;
  /** The time to live that was answered: for a grant and a keep-alive all of it, for a look what is left. Null unless alive. */
  readonly ttlMs: number | null;
  /** The store's revision in the answer; null when it told none. */
  readonly revision: string | null;
  /** The row of the outcome table that applied; null when acknowledged. */
  readonly reason: string | null;
}

/** What one member itself holds of leases and their keys, looked at when those that were left alone should be gone. */
export interface LeaseStateEntry {
  readonly kind: "lease-state";
  readonly atMs: number;
  /** When the write was sent whose revision this is: what had ended by then has ended at that revision. */
  readonly sentAtMs: number;
  readonly node: string;
  /** The revision that the member had reached, and at which its keys were read; null when it did not get there. */
  readonly revision: string | null;
  /** The keys below the leases' prefix; null when they could not be read, or not all of them. */
  readonly keys: readonly string[] | null;
  /** The leases that the member knows; null when it could not be asked. */
  readonly leases: readonly string[] | null;
  /** Why something is null; null when nothing is. */
  readonly reason: string | null;
}
