/** What each watcher saw, put together from its entries. Not its business: whether it is right (watch-faults.ts). */
import type { WatcherStoppedEntry, WatchEndEntry, WatchEvent, WatchOpenEntry } from "../ledger/index.ts";
import type { Evidence } from "./evidence.ts";
import { revisionOf, type Revision } from "./revision.ts";

/** One open watch, from the member's yes to its end. */
export interface WatchSession {
  readonly open: WatchOpenEntry;
  /** In the order in which they came. */
  readonly events: readonly WatchEvent[];
  /** Of each event. */
  readonly revisions: readonly Revision[];
  /** Null when the record ends before the watch does. */
  readonly end: WatchEndEntry | null;
}

/** One watcher. */
export interface WatchRecord {
  readonly watcher: string;
  readonly node: string;
  readonly sessions: readonly WatchSession[];
  readonly attempts: number;
  /** Null when it was not stopped in order. */
  readonly stopped: WatcherStoppedEntry | null;
  /** How the entries contradict the watcher's own count; null when they do not. Then nothing is held against anybody. */
  readonly contradiction: string | null;
}

/** Every watcher on record, in the order of their first entries. */
export function watchRecords({ all }: Evidence): readonly WatchRecord[] {
  const opens = Map.groupBy(all("watch-open"), (one) => one.watcher);
  const events = Map.groupBy(all("watch-events"), (one) => one.watcher);
  const ends = Map.groupBy(all("watch-end"), (one) => one.watcher);
  const stops = Map.groupBy(all("watcher-stopped"), (one) => one.watcher);
  return [...opens].map(([watcher, attempts]): WatchRecord => {
    const delivered = Map.groupBy(events.get(watcher) ?? [], (one) => one.attempt);
    const own = ends.get(watcher) ?? [];
    const sessions = attempts
      .filter((open) => open.opened)
      .map((open) => {
        const told = (delivered.get(open.attempt) ?? []).flatMap((entry) => entry.events);
        const end = own.find((one) => one.attempt === open.attempt) ?? null;
        return { open, events: told, revisions: told.map((one) => revisionOf(one.revision)), end };
      });
    const stopped = stops.get(watcher)?.at(-1) ?? null;
    const count = (events.get(watcher) ?? []).reduce((sum, entry) => sum + entry.events.length, 0);
    const contradiction = contradictionOf(stopped, attempts.length, count, sessions);
    return { watcher, node: attempts[0]?.node ?? "", sessions, attempts: attempts.length, stopped, contradiction };
  });
}

function contradictionOf(
  stopped: WatcherStoppedEntry | null,
  attempts: number,
  events: number,
  sessions: readonly WatchSession[],
): string | null {
  const heard = sessions.reduce((sum, session) => sum + session.events.length, 0);
  if (heard !== events) return `${events - heard} events belong to no watch that was opened`;
  if (stopped === null) return null;
  if (stopped.attempts !== attempts) return `it made ${stopped.attempts} attempts, and ${attempts} are on record`;
  if (stopped.events !== events) return `it saw ${stopped.events} events, and ${events} are on record`;
  const open = sessions.find((session) => session.end === null);
  return open === undefined ? null : `the end of its attempt ${open.open.attempt} is not on record`;
}
