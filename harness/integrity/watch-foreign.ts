/**
 * Events that a watcher was told of and that no write can have made. Not its business: what is missing, or comes in the
 * wrong order (watch-faults.ts).
 */
import type { WatchEvent } from "../ledger/index.ts";
import type { Evidence } from "./evidence.ts";
import type { Histories, KeyHistory } from "./key-histories.ts";
import { keysByRevision, type KeysByRevision } from "./keys-by-revision.ts";
import { printable } from "./lost-keys.ts";
import { revisionOf } from "./revision.ts";
import type { WatchRecord } from "./watch-records.ts";

/** What the workload may have changed. */
export interface MadeWrites {
  readonly byKey: Histories["byKey"];
  /** What was acknowledged at a revision, which explains nearly every event. */
  readonly acknowledged: Readonly<Record<WatchEvent["op"], KeysByRevision>>;
}

/**
 * Everything that the workload sent. Also what was refused: a member that tells of it was given it, so that the harness's
 * own table of outcomes is wrong, which nothing-resurrected says. Null before the workload was stopped: more may have been sent.
 */
export function madeWrites({ all, account }: Evidence): MadeWrites | null {
  if (all("workload-stopped").length === 0) return null;
  const { byKey, writes } = account.histories;
  const acknowledged = { put: keysByRevision(), delete: keysByRevision() };
  for (const { key, op, outcome, revision } of writes)
    if (outcome === "acknowledged" && revision !== null) acknowledged[op].add(revisionOf(revision), key);
  return { byKey, acknowledged };
}

/**
 * One sentence for each event of a key that nobody wrote, of a kind of change that nobody made to its key, or of another
 * kind than the one write that was acknowledged at its revision. `revisionsStartAgain`: one revision may then stand for two
 * changes, and the page may have cleared keys to put them anew, so that only a foreign key proves anything.
 */
export function foreignEvents(
  { watcher, sessions }: WatchRecord,
  { acknowledged, byKey }: MadeWrites,
  revisionsStartAgain: boolean,
): readonly string[] {
  const foreign: string[] = [];
  for (const { events, revisions } of sessions) {
    for (const [index, event] of events.entries()) {
      const { key, op, revision } = event;
      if (acknowledged[op].has(revisions[index] ?? 0, key)) continue;
      const why = whyForeign(event, byKey.get(key), revisionsStartAgain);
      if (why !== null) foreign.push(`${watcher}: ${op} of ${printable(key)} at revision ${revision} ${why}`);
    }
  }
  return foreign;
}

/** Null when a write of the key may have made the change. */
function whyForeign(
  { op, revision }: WatchEvent,
  history: KeyHistory | undefined,
  revisionsStartAgain: boolean,
): string | null {
  if (history === undefined) return "is of a key that nobody wrote";
  if (revisionsStartAgain) return null;
  const alike = history.writes.filter((write) => write.op === op);
  if (alike.length === 0) return "is a change that nobody made";
  if (alike.some((write) => write.outcome !== "acknowledged" || write.revision === null)) return null;
  const there = history.writes.filter((write) => write.outcome === "acknowledged" && write.revision === revision);
  const kinds = new Set(there.map((write) => write.op));
  return kinds.size === 0 || kinds.has(op) ? null : `was acknowledged as a ${[...kinds].join(", ")}`;
}
