/**
 * Events that a watcher was told of and that no write can have made. Not its business: what is missing, or comes in the
 * wrong order (watch-faults.ts).
 */
import type { OperationEntry, WatchEvent } from "../ledger/index.ts";
import type { Evidence } from "./evidence.ts";
import { printable } from "./lost-keys.ts";
import type { WatchRecord } from "./watch-records.ts";

/** Of one key: whether each kind of write may have been made, and which were acknowledged at which revision. */
interface Made {
  readonly kinds: Set<WatchEvent["op"]>;
  /** Kinds with a write whose revision is not on record. */
  readonly anywhere: Set<WatchEvent["op"]>;
  /** By revision, the kinds that were acknowledged there. */
  readonly at: Map<string, Set<WatchEvent["op"]>>;
}

/** What the workload may have changed, by key; null when not all that it sent is known to be on record. */
export type MadeByKey = ReadonlyMap<string, Made>;

/**
 * Everything that the workload sent. Also what was refused: a member that tells of it was given it, so that the harness's
 * own table of outcomes is wrong, which nothing-resurrected says. Null before the workload was stopped: more may have been sent.
 */
export function madeByKey({ all }: Evidence): MadeByKey | null {
  if (all("workload-stopped").length === 0) return null;
  const made = new Map<string, Made>();
  for (const write of all("operation")) {
    if (write.op === "get") continue;
    const known = made.get(write.key) ?? { kinds: new Set(), anywhere: new Set(), at: new Map() };
    made.set(write.key, known);
    note(known, write, write.op);
  }
  return made;
}

function note({ anywhere, at, kinds }: Made, { outcome, revision }: OperationEntry, op: WatchEvent["op"]): void {
  kinds.add(op);
  if (outcome !== "acknowledged" || revision === null) anywhere.add(op);
  else at.set(revision, (at.get(revision) ?? new Set<WatchEvent["op"]>()).add(op));
}

/**
 * One sentence for each event of a key that nobody wrote, of a kind of change that nobody made to its key, or of another
 * kind than the one write that was acknowledged at its revision. `revisionsStartAgain`: one revision may then stand for two
 * changes, and the page may have cleared keys to put them anew, so that only a foreign key proves anything.
 */
export function foreignEvents(
  { watcher, sessions }: WatchRecord,
  made: MadeByKey,
  revisionsStartAgain: boolean,
): readonly string[] {
  return sessions.flatMap(({ events }) =>
    events.flatMap(({ key, op, revision }) => {
      const what = `${watcher}: ${op} of ${printable(key)} at revision ${revision}`;
      const known = made.get(key);
      if (known === undefined) return [`${what} is of a key that nobody wrote`];
      if (revisionsStartAgain) return [];
      if (!known.kinds.has(op)) return [`${what} is a change that nobody made`];
      const there = known.at.get(revision);
      const isOther = there !== undefined && !there.has(op) && !known.anywhere.has(op);
      return isOther ? [`${what} was acknowledged as a ${[...there].join(", ")}`] : [];
    }),
  );
}
