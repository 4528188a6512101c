/** The writes that whoever watches is owed. Not its business: who was told of them (watch-faults.ts). */
import type { Evidence } from "./evidence.ts";
import type { Histories, WriteEntry } from "./key-histories.ts";
import { printable } from "./lost-keys.ts";
import { revisionOf, type Revision } from "./revision.ts";

/** A write that every watch of its time owes its watcher. */
export interface OwedWrite {
  readonly write: WriteEntry;
  readonly revision: Revision;
  /** Acknowledged before the page began and not known to be within the recovery point: it may be lost by design. */
  readonly mayBeGone: boolean;
}

/** The acknowledged writes that made a revision: puts, and deletes of a key that was certainly there. */
export function owedWrites({ all, timeline, account }: Evidence): readonly OwedWrite[] {
  const { runbookStartedAtMs } = timeline;
  const known = account.recoveryPointRevision ?? null;
  const point = known === null ? null : revisionOf(known);
  const mayBeGone = (atMs: number, revision: Revision): boolean =>
    !account.mustKeepEverything &&
    runbookStartedAtMs !== null &&
    atMs < runbookStartedAtMs &&
    (point === null || revision > point);
  /** What was put before the page may be lost by it, by design or not: other checks say so, and it is no fault of a watch. */
  const isLostPerhaps = (put: WriteEntry, { atMs }: WriteEntry): boolean =>
    mayBeGone(put.atMs, revisionOf(put.revision ?? "")) ||
    (runbookStartedAtMs !== null && put.sentAtMs < runbookStartedAtMs && atMs >= runbookStartedAtMs);
  const owed: OwedWrite[] = [];
  for (const entry of all("operation")) {
    if (entry.op === "get" || entry.outcome !== "acknowledged" || entry.revision === null) continue;
    const write = entry as WriteEntry;
    // A delete that finds nothing changes nothing and is told to nobody.
    if (write.op === "delete") {
      const before = acknowledgedBefore(write, account.histories);
      if (before?.op !== "put" || isLostPerhaps(before, write)) continue;
    }
    const revision = revisionOf(entry.revision);
    owed.push({ write, revision, mayBeGone: mayBeGone(entry.atMs, revision) });
  }
  return owed;
}

/** The last write of the same key before this one that was acknowledged at a revision. */
function acknowledgedBefore(write: WriteEntry, { byKey }: Histories): WriteEntry | null {
  const writes = byKey.get(write.key)?.writes ?? [];
  for (let at = writes.lastIndexOf(write) - 1; at >= 0; at--) {
    const before = writes[at];
    if (before?.outcome === "acknowledged" && before.revision !== null) return before;
  }
  return null;
}

/** How many they are, and the first by name. */
export function describeMissing(missing: readonly OwedWrite[]): string {
  const [first] = missing;
  const named = first === undefined ? "" : `, the first is ${printable(first.write.key)} at revision ${first.revision}`;
  return `${missing.length} acknowledged write(s) were never told to it${named}`;
}
