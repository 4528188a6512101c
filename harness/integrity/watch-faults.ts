/**
 * What a watcher was told wrongly, or not told: events out of order, given twice, left out, or none at all.
 *
 * A watch that was taken owes its watcher every change from the revision that was asked for on; and every change that
 * is made while it is open, whatever its revision: a member of a store whose revisions went back takes a watch "from a
 * revision to come" and is silent until then, and the watcher cannot tell that from a store where nothing happens.
 */
import type { WatchEvent } from "../ledger/index.ts";
import type { Evidence } from "./evidence.ts";
import type { WriteEntry } from "./key-histories.ts";
import { printable } from "./lost-keys.ts";
import type { WatchRecord, WatchSession } from "./watch-records.ts";

/** What is wrong with one watcher, in sentences; and how much of it was put to the proof. */
export interface WatchFaults {
  /** Proven by what was delivered: out of order, twice, or later changes and not these. */
  readonly faults: readonly string[];
  /** Nothing came any more, although the watch was open: proven only if the harness did listen. */
  readonly silences: readonly string[];
  /**
   * Acknowledged writes that a watch was open for and was never told, because their revisions lie before the one that it
   * asked for: the store's revisions went back.
   */
  readonly overtaken: readonly OwedWrite[];
  /** Acknowledged writes that its last watch, which we ended, had to deliver; 0 when it was not open in the end. */
  readonly owedInTheEnd: number;
}

/** A write that every watch of its time owes its watcher. */
export interface OwedWrite {
  readonly write: WriteEntry;
  readonly revision: bigint;
  /** Acknowledged before the page began and not known to be within the recovery point: it may be lost by design. */
  readonly mayBeGone: boolean;
}

/** The acknowledged writes that made a revision: puts, and deletes of a key that was certainly there. */
export function owedWrites({ ledger, timeline, account }: Evidence): readonly OwedWrite[] {
  const { runbookStartedAtMs } = timeline;
  const point = account.recoveryPointRevision ?? null;
  const mayBeGone = (atMs: number, revision: bigint): boolean =>
    !account.mustKeepEverything &&
    runbookStartedAtMs !== null &&
    atMs < runbookStartedAtMs &&
    (point === null || revision > BigInt(point));
  const owed: OwedWrite[] = [];
  /** By key, the last acknowledged write. A key's writes follow each other, so that the order of the record is theirs. */
  const before = new Map<string, OwedWrite>();
  for (const entry of ledger.entries) {
    if (entry.kind !== "operation" || entry.op === "get") continue;
    if (entry.outcome !== "acknowledged" || entry.revision === null) continue;
    const revision = BigInt(entry.revision);
    const write = entry as WriteEntry;
    const one: OwedWrite = { write, revision, mayBeGone: mayBeGone(entry.atMs, revision) };
    const last = before.get(entry.key);
    // A delete that finds nothing changes nothing and is told to nobody.
    if (entry.op === "put" || (last?.write.op === "put" && !last.mayBeGone)) owed.push(one);
    before.set(entry.key, one);
  }
  return owed;
}

/** What a watcher may be held to. */
export interface WatchTerms {
  readonly deliverWithinMs: number;
  /** From when on revisions may start again lower, as the drill declares: the page's beginning. Infinity: never. */
  readonly startsAgainAtMs: number;
}

/** Holds one watcher's record against what it was owed. */
export function watchFaults(record: WatchRecord, owed: readonly OwedWrite[], options: WatchTerms): WatchFaults {
  const faults: string[] = [];
  const silences: string[] = [];
  let chain: Delivered = new Map();
  const overtaken: OwedWrite[] = [];
  let owedInTheEnd = 0;
  for (const session of record.sessions) {
    // A watch that begins anew does not go on from the one before: it knows nothing of what that one was told.
    if (session.open.fromRevision === null) chain = new Map();
    faults.push(...orderFaults(record, session, chain));
    const due = dueIn(session, owed, options.deliverWithinMs);
    if (session.end?.how === "ended") owedInTheEnd = due.length;
    const untold = due.filter(({ write }) => !wasDelivered(chain, write.revision ?? "", write.key));
    const asked = session.open.fromRevision;
    // A store that starts revisions again gives those of before to other changes: what a watch of then asks for tells
    // nothing of the writes that were sent before it.
    const isAnew = session.open.atMs >= options.startsAgainAtMs;
    const isOvertaken = ({ revision, write }: OwedWrite): boolean =>
      asked !== null && (revision < BigInt(asked) || (isAnew && write.sentAtMs < options.startsAgainAtMs));
    overtaken.push(...untold.filter(isOvertaken));
    const missing = untold.filter((one) => !isOvertaken(one));
    const highest = highestOf(session.events);
    const passed = missing.filter(({ revision }) => highest !== null && revision <= highest);
    if (passed.length > 0) faults.push(`${describeWatch(record, session)} has a gap: ${describeMissing(passed)}`);
    else if (missing.length > 0) {
      const fell = highest === null ? "was taken and then silent" : `fell silent after revision ${highest}`;
      silences.push(`${describeWatch(record, session)} ${fell}: ${describeMissing(missing)}`);
    }
  }
  return { faults, silences, overtaken, owedInTheEnd };
}

/** By revision, the key that was changed; several in a transaction. Nearly always one, and there may be a million. */
type Delivered = Map<string, string | readonly string[]>;

function wasDelivered(delivered: Delivered, revision: string, key: string): boolean {
  const known = delivered.get(revision);
  return known === key || (typeof known === "object" && known.includes(key));
}

/** Events of one watch that go back or come again; adds them to what the chain of watches has delivered. */
function orderFaults({ watcher }: WatchRecord, { open, events }: WatchSession, chain: Delivered): readonly string[] {
  const faults: string[] = [];
  const asked = open.fromRevision === null ? null : BigInt(open.fromRevision);
  let highest: bigint | null = null;
  for (const { key, op, revision } of events) {
    const at = BigInt(revision);
    const what = `${watcher}: ${op} of ${printable(key)} at revision ${revision}`;
    if (wasDelivered(chain, revision, key)) faults.push(`${what} came twice`);
    else if (highest !== null && at < highest) faults.push(`${what} came after revision ${highest}`);
    else if (asked !== null && at < asked) faults.push(`${what} came to a watch from revision ${asked} on`);
    const known = chain.get(revision);
    chain.set(revision, known === undefined ? key : [key, ...(typeof known === "string" ? [known] : known)]);
    if (highest === null || at > highest) highest = at;
  }
  return faults;
}

/**
 * What this watch had to deliver: if we ended it, all that was acknowledged long enough before that, once it had been open
 * for as long; if it broke, all up to the highest revision that it did deliver, since a watch is told everything in order.
 */
function dueIn(
  { open, events, end }: WatchSession,
  owed: readonly OwedWrite[],
  deliverWithinMs: number,
): readonly OwedWrite[] {
  const asked = open.fromRevision === null ? null : BigInt(open.fromRevision);
  const dueMs = end?.how === "ended" ? end.atMs - deliverWithinMs : null;
  const untilMs = dueMs !== null && open.atMs <= dueMs ? dueMs : null;
  const highest = highestOf(events);
  return owed.filter(({ write, revision, mayBeGone }) => {
    const madeMeanwhile = write.sentAtMs > open.atMs;
    const askedFor = asked !== null && revision >= asked;
    // In a store whose revisions went back, what was made after this watch may have revisions that it had passed.
    const madeLater = end !== null && write.sentAtMs >= end.atMs;
    if (mayBeGone || madeLater || !(madeMeanwhile || askedFor)) return false;
    const passed = highest !== null && revision <= highest;
    return passed || (untilMs !== null && write.atMs <= untilMs);
  });
}

function highestOf(events: readonly WatchEvent[]): bigint | null {
  let highest: bigint | null = null;
  for (const { revision } of events) {
    const at = BigInt(revision);
    if (highest === null || at > highest) highest = at;
  }
  return highest;
}

function describeWatch({ watcher }: WatchRecord, { open }: WatchSession): string {
  const from = open.fromRevision === null ? "now" : `revision ${open.fromRevision}`;
  return `${watcher}: the watch of attempt ${open.attempt}, from ${from} on,`;
}

/** How many they are, and the first by name. */
export function describeMissing(missing: readonly OwedWrite[]): string {
  const [first] = missing;
  const named = first === undefined ? "" : `, the first is ${printable(first.write.key)} at revision ${first.revision}`;
  return `${missing.length} acknowledged write(s) were never told to it${named}`;
}
