/** Where the holders of leases stand at the end of a record, so that others can go on from there. */
import type { LeaseEntry } from "../ledger/index.ts";

/** What stands in every entry about one lease. */
export type Lease = Pick<LeaseEntry, "lease" | "purpose" | "key">;

/** What one holder knows of itself. */
export interface LeasesHeld {
  /** The lease that it keeps alive; null when it has none. */
  readonly held: Lease | null;
  /** How many it has asked for: names of keys count on from here. */
  readonly turn: number;
}

/** The holder of one purpose at one member, after a record of calls; a new one after an empty record. */
export function heldBy(record: readonly LeaseEntry[], purpose: Lease["purpose"], node: string): LeasesHeld {
  const leases = byLease(record.filter((one) => one.purpose === purpose && one.node === node));
  const last = leases.at(-1);
  const isHeld = last !== undefined && isGranted(last) && !isGone(last);
  return { held: isHeld ? leaseOf(last) : null, turn: leases.length };
}

/** The leases that were left alone and are not known to be gone. */
export function leftAlone(record: readonly LeaseEntry[]): readonly Lease[] {
  return byLease(record.filter((one) => one.purpose === "abandoned"))
    .filter((calls) => calls.some((one) => one.act !== "grant" || one.outcome !== "refused") && !isGone(calls))
    .map(leaseOf);
}

type Calls = readonly [LeaseEntry, ...LeaseEntry[]];

function byLease(record: readonly LeaseEntry[]): readonly Calls[] {
  return [...Map.groupBy(record, (one) => one.lease).values()] as unknown as readonly Calls[];
}

function leaseOf([{ key, lease, purpose }]: Calls): Lease {
  return { lease, purpose, key };
}

function isGranted(calls: Calls): boolean {
  return calls.some((one) => one.act === "grant" && one.alive === true);
}

function isGone(calls: Calls): boolean {
  return calls.some((one) => one.alive === false);
}
