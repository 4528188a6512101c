/**
 * Lease objects of a system: an object that says who of several candidates may act, and until when. The store ends nothing by itself:
 * its holder renews it, and the others look at a clock of their own. As everywhere, one call is one attempt, and nothing throws because
 * a server cannot be reached (law 5).
 */
import type { LeaseObjectSays, OperationOutcome } from "../ledger/index.ts";

/** A client for Lease objects, pinned to one node's server. */
export interface LeaseObjectClient extends AsyncDisposable {
  /** Makes it (`over` null), or writes it over what was found, on the condition that it still is that: else refused, `compare-failed`. */
  write(name: string, object: LeaseObject, over: FoundLeaseObject | null): Promise<LeaseObjectAttempt>;
  /** A linearizable read. */
  read(name: string): Promise<LeaseObjectAttempt>;
  /** All whose names begin so, linearizable; the reason when they could not be had. */
  list(prefix: string): Promise<LeaseObjectList>;
}

/** What is to be written. */
export interface LeaseObject {
  /** Null: it is given up. */
  readonly holder: string | null;
  readonly term: number;
  readonly renewedAtUnixMs: number;
  /** How long after the renewal nobody else takes it; whole seconds are kept. */
  readonly ttlMs: number;
}

/** What was found. */
export interface FoundLeaseObject extends LeaseObjectSays {
  readonly name: string;
  readonly revision: string;
  /** One that is made anew under the same name has another. */
  readonly uid: string;
}

/** What came of a call about one Lease object. */
export interface LeaseObjectAttempt {
  readonly outcome: OperationOutcome;
  /** As it is by the answer; null unless acknowledged, and where a read found none. */
  readonly found: FoundLeaseObject | null;
  /** The row of the outcome table; null when acknowledged. */
  readonly reason: string | null;
}

export type LeaseObjectList = { readonly items: readonly FoundLeaseObject[] } | { readonly reason: string };
