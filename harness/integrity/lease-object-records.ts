/** What is on record of each Lease object: who wrote what, and what was found of it. Not its business: judging. */
import type { LeaseObjectEntry, LeaseObjectSays } from "../ledger/index.ts";
import type { Evidence } from "./evidence.ts";

/** A call that changes one. */
export type LeaseObjectWrite = LeaseObjectEntry & { readonly act: Exclude<LeaseObjectEntry["act"], "read"> };

/** What somebody found at some instant after `sentAtMs`: a read, or a node's list in the end. */
export interface LeaseObjectLook {
  readonly sentAtMs: number;
  /** By whom, for the report. */
  readonly by: string;
  /** Null: there was none of this name. */
  readonly says: LeaseObjectSays | null;
}

/** One Lease object. */
export interface LeaseObjectRecord {
  readonly name: string;
  /** In the order of sending. */
  readonly writes: readonly LeaseObjectWrite[];
  readonly looks: readonly LeaseObjectLook[];
}

/** All Lease objects of a drill. One that is listed and that nobody wrote is among them. */
export function leaseObjectRecords({ all }: Pick<Evidence, "all">): readonly LeaseObjectRecord[] {
  const lists = all("lease-object-state").flatMap(({ items, node, sentAtMs }) =>
    items === null ? [] : { sentAtMs, by: `${node} in the end`, items: new Map(items.map((one) => [one.name, one])) },
  );
  const calls = Map.groupBy(all("lease-object"), (one) => one.name);
  const names = new Set([...calls.keys(), ...lists.flatMap(({ items }) => [...items.keys()])]);
  return [...names].map((name) => {
    const own = calls.get(name) ?? [];
    const reads = own.filter(({ act, outcome }) => act === "read" && outcome === "acknowledged");
    return {
      name,
      writes: own.filter(isWrite).toSorted((a, b) => a.sentAtMs - b.sentAtMs),
      looks: [
        ...reads.map((one) => ({
          sentAtMs: one.sentAtMs,
          by: `${one.candidate} through ${one.node}`,
          says: one.revision === null ? null : one,
        })),
        ...lists.map(({ by, items, sentAtMs }) => ({ sentAtMs, by, says: items.get(name) ?? null })),
      ],
    };
  });
}

function isWrite(entry: LeaseObjectEntry): entry is LeaseObjectWrite {
  return entry.act !== "read";
}

/** By which a candidate was told that it holds it, in a term. */
export type Holding = LeaseObjectWrite & { readonly holder: string; readonly term: number; readonly ttlMs: number };

/** The acknowledged ones, in the order of their answers. */
export function holdingsOf({ writes }: Pick<LeaseObjectRecord, "writes">): readonly Holding[] {
  return writes.filter(isHolding).toSorted((a, b) => a.atMs - b.atMs);
}

function isHolding(write: LeaseObjectWrite): write is Holding {
  const { act, holder, outcome, term, ttlMs } = write;
  return outcome === "acknowledged" && act !== "release" && holder !== null && term !== null && ttlMs !== null;
}
