/** What is on record of each lease, and what may have become of it by design. Not its business: judging. */
import type { LeaseEntry, LeaseStateEntry } from "../ledger/index.ts";
import type { Evidence } from "./evidence.ts";

/** One lease and all calls about it, in order. */
export interface LeaseRecord extends Pick<LeaseEntry, "lease" | "purpose" | "key" | "node"> {
  readonly calls: readonly LeaseEntry[];
  /** The grant, if it was acknowledged. */
  readonly grant: (LeaseEntry & { readonly ttlMs: number }) | null;
  /** The acknowledged write of its key; null when there is none. */
  readonly attach: LeaseEntry | null;
  /** The first answer that it is not there; null when nobody was told so. */
  readonly gone: LeaseEntry | null;
  /** Its grant was certainly not applied. */
  readonly refused: boolean;
}

/** All leases of a drill. */
export function leaseRecords({ all }: Evidence): readonly LeaseRecord[] {
  return [...Map.groupBy(all("lease"), (one) => one.lease).values()].flatMap((calls) => {
    const [first] = calls;
    if (first === undefined) return [];
    const { lease, purpose, key, node } = first;
    const granted = calls.find((one) => one.act === "grant" && one.outcome === "acknowledged" && one.alive === true);
    const ttlMs = granted?.ttlMs ?? null;
    return {
      ...{ lease, purpose, key, node, calls },
      grant: granted === undefined || ttlMs === null ? null : { ...granted, ttlMs },
      attach: calls.find((one) => one.act === "attach" && one.outcome === "acknowledged") ?? null,
      gone: calls.find((one) => one.alive === false) ?? null,
      refused: calls.every((one) => one.act === "grant" && one.outcome === "refused"),
    };
  });
}

/** Until when the lease has time, by the last call that started it and was answered before an instant; null if none was. */
export function inForceUntilMs({ calls }: LeaseRecord, beforeMs: number): number | null {
  const renewal = calls.findLast(
    (one) => (one.act === "grant" || one.act === "keep-alive") && one.alive === true && one.atMs <= beforeMs,
  );
  // From the sending: its time begins at some instant after that.
  return renewal === undefined || renewal.ttlMs === null ? null : renewal.sentAtMs + renewal.ttlMs;
}

/**
 * Whether it may be lost by design: it was there before the page began, is not known to be within the recovery point, and
 * was not seen after the page's end. A grant has no revision of its own, so that one which was told the point's may have
 * come after it.
 */
export function mayBeLost({ grant, calls }: LeaseRecord, { timeline, account }: Evidence): boolean {
  if (account.mustKeepEverything) return false;
  const begunMs = timeline.runbookStartedAtMs;
  const first = grant ?? calls[0];
  if (begunMs === null || first === undefined || first.sentAtMs >= begunMs) return false;
  const endedMs = timeline.runbookEndedAtMs ?? Infinity;
  if (calls.some((one) => one.alive === true && one.sentAtMs >= endedMs)) return false;
  const point = account.recoveryPointRevision ?? null;
  const told = grant?.revision ?? null;
  return point === null || told === null || BigInt(told) >= BigInt(point);
}

/** What the members hold at a revision that they have reached; nothing is known of one that did not get there. */
export type LeaseState = LeaseStateEntry & { readonly revision: string };

/** The states that can be judged. */
export function leaseStates({ all }: Evidence): readonly LeaseState[] {
  return all("lease-state").filter((one): one is LeaseState => one.revision !== null);
}
