/** Where a watcher stands at the end of a record, so that another one can go on from there. */
import type { LedgerEntry, WatchEndEntry, WatchEvent } from "../ledger/index.ts";

/** What a watcher knows of itself. */
export interface WatcherState {
  readonly attempts: number;
  readonly events: number;
  /** From which revision its next watch is asked for; null: from now on. */
  readonly fromRevision: string | null;
}

/** The revision after the last event's. All changes of one revision come in one message (etcd, API guarantees). */
export function revisionAfter(events: readonly WatchEvent[]): string | null {
  const last = events.at(-1);
  return last === undefined ? null : String(BigInt(last.revision) + 1n);
}

/** The state of a watcher after a record; that of a new one after an empty record. */
export function watcherAfter(record: readonly LedgerEntry[], watcher: string): WatcherState {
  let attempts = 0;
  let events = 0;
  let fromRevision: string | null = null;
  for (const entry of record) {
    if (!("watcher" in entry) || entry.watcher !== watcher) continue;
    if (entry.kind === "watch-open") {
      attempts = Math.max(attempts, entry.attempt);
      fromRevision = entry.fromRevision ?? entry.revision;
    } else if (entry.kind === "watch-events") {
      events += entry.events.length;
      fromRevision = revisionAfter(entry.events) ?? fromRevision;
    } else if (entry.kind === "watch-end" && entry.compactRevision !== null) fromRevision = null;
  }
  return { attempts, events, fromRevision };
}

/** The ends of the watches that are open when a record is cut: their connections are lost at that instant. */
export function lostWatches(record: readonly LedgerEntry[], atMs: number): readonly WatchEndEntry[] {
  const open = new Map<string, WatchEndEntry>();
  for (const entry of record) {
    if (entry.kind === "watch-open" && entry.opened) {
      const { watcher, attempt } = entry;
      const reason = "the machines were forked";
      open.set(watcher, { kind: "watch-end", atMs, watcher, attempt, how: "lost", compactRevision: null, reason });
    } else if (entry.kind === "watch-end") open.delete(entry.watcher);
  }
  return [...open.values()];
}
