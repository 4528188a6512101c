/** What was done with Lease objects, by which clients agree on who of them may act, and what was found of them. */
import type { OperationOutcome } from "./write-entries.ts";

/** What one Lease object says; all null where there is none. */
export interface LeaseObjectSays {
  /** The candidate that holds it; null: it was given up. */
  readonly holder: string | null;
  /** How often it has changed hands (`leaseTransitions`): whoever holds it holds it in this term. */
  readonly term: number | null;
  /** When its holder says that it was renewed (`renewTime`), milliseconds since 1970 on the wall clock: compared, never subtracted. */
  readonly renewedAtUnixMs: number | null;
  /** The revision of its last change, where that is known. */
  readonly revision: string | null;
}

/** One call about one Lease object, when it was answered or given up. */
export interface LeaseObjectEntry extends LeaseObjectSays {
  readonly kind: "lease-object";
  readonly atMs: number;
  readonly sentAtMs: number;
  /**
   * `acquire` makes it, or takes one that was given up or not renewed; `renew`; `release` gives it up. Each on the condition that the
   * object is as it was seen, and says what was written. `read`, linearizable, says what was found.
   */
  readonly act: "acquire" | "renew" | "release" | "read";
  /** The object's. */
  readonly name: string;
  readonly candidate: string;
  /** The node that was asked. */
  readonly node: string;
  /** How long it may be relied on after it was renewed; null for a read. */
  readonly ttlMs: number | null;
  readonly outcome: OperationOutcome;
  /** The row of the outcome table that applied, `compare-failed` where the object was another one than was seen; null when acknowledged. */
  readonly reason: string | null;
}

/** The Lease objects as one node's server lists them, linearizable, when nobody changes them any more. */
export interface LeaseObjectStateEntry {
  readonly kind: "lease-object-state";
  readonly atMs: number;
  readonly sentAtMs: number;
  readonly node: string;
  /** Null when it could not be asked. */
  readonly items: readonly (LeaseObjectSays & { readonly name: string })[] | null;
  /** Why null; else null. */
  readonly reason: string | null;
}
