/**
 * What a watcher was told wrongly, or not told: events out of order, given twice, left out, or none at all.
 *
 * A watch that was taken owes its watcher every change from the revision that was asked for on; and every change that
 * is made while it is open, whatever its revision: a member of a store whose revisions went back takes a watch "from a
 * revision to come" and is silent until then, and the watcher cannot tell that from a store where nothing happens.
 */
import { keysByRevision, type KeysByRevision } from "./keys-by-revision.ts";
import { printable } from "./lost-keys.ts";
import { describeMissing, type OwedWrite } from "./owed-writes.ts";
import { revisionOf, type Revision } from "./revision.ts";
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
  let chain = keysByRevision();
  const overtaken: OwedWrite[] = [];
  let owedInTheEnd = 0;
  for (const session of record.sessions) {
    // A watch that begins anew does not go on from the one before: it knows nothing of what that one was told.
    if (session.open.fromRevision === null) chain = keysByRevision();
    const { wrong, highest } = inOrder(record, session, chain);
    faults.push(...wrong);
    const due = dueIn(session, owed, { deliverWithinMs: options.deliverWithinMs, highest });
    if (session.end?.how === "ended") owedInTheEnd = due.length;
    const told = chain;
    const untold = due.filter(({ revision, write }) => !told.has(revision, write.key));
    const asked = askedFrom(session);
    // A store that starts revisions again gives those of before to other changes: what a watch of then asks for tells
    // nothing of the writes that were sent before it.
    const isAnew = session.open.atMs >= options.startsAgainAtMs;
    const isOvertaken = ({ revision, write }: OwedWrite): boolean =>
      asked !== null && (revision < asked || (isAnew && write.sentAtMs < options.startsAgainAtMs));
    overtaken.push(...untold.filter(isOvertaken));
    const missing = untold.filter((one) => !isOvertaken(one));
    const passed = missing.filter(({ revision }) => highest !== null && revision <= highest);
    if (passed.length > 0) faults.push(`${describeWatch(record, session)} has a gap: ${describeMissing(passed)}`);
    else if (missing.length > 0) {
      const fell = highest === null ? "was taken and then silent" : `fell silent after revision ${highest}`;
      silences.push(`${describeWatch(record, session)} ${fell}: ${describeMissing(missing)}`);
    }
  }
  return { faults, silences, overtaken, owedInTheEnd };
}

/** The revision that a watch asked for; null: from now on. */
function askedFrom({ open }: WatchSession): Revision | null {
  return open.fromRevision === null ? null : revisionOf(open.fromRevision);
}

/** What one watch delivered. */
interface Order {
  /** Events that go back or come again. */
  readonly wrong: readonly string[];
  /** The highest revision among them; null without any. */
  readonly highest: Revision | null;
}

/** Looks through the events of one watch; adds them to what the chain of watches has delivered. */
function inOrder({ watcher }: WatchRecord, session: WatchSession, chain: KeysByRevision): Order {
  const wrong: string[] = [];
  const asked = askedFrom(session);
  let highest: Revision | null = null;
  for (const [index, { key, op, revision }] of session.events.entries()) {
    const at = session.revisions[index] ?? 0;
    const accuse = (how: string): number =>
      wrong.push(`${watcher}: ${op} of ${printable(key)} at revision ${revision} came ${how}`);
    if (chain.add(at, key)) accuse("twice");
    else if (highest !== null && at < highest) accuse(`after revision ${highest}`);
    else if (asked !== null && at < asked) accuse(`to a watch from revision ${asked} on`);
    if (highest === null || at > highest) highest = at;
  }
  return { wrong, highest };
}

/**
 * What this watch had to deliver: if we ended it, all that was acknowledged long enough before that, once it had been open
 * for as long; if it broke, all up to the highest revision that it did deliver, since a watch is told everything in order.
 */
function dueIn(
  session: WatchSession,
  owed: readonly OwedWrite[],
  { deliverWithinMs, highest }: Pick<WatchTerms, "deliverWithinMs"> & Pick<Order, "highest">,
): readonly OwedWrite[] {
  const { open, end } = session;
  const asked = askedFrom(session);
  const dueMs = end?.how === "ended" ? end.atMs - deliverWithinMs : null;
  const untilMs = dueMs !== null && open.atMs <= dueMs ? dueMs : null;
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

function describeWatch({ watcher }: WatchRecord, { open }: WatchSession): string {
  const from = open.fromRevision === null ? "now" : `revision ${open.fromRevision}`;
  return `${watcher}: the watch of attempt ${open.attempt}, from ${from} on,`;
}
