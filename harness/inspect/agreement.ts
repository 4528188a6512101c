/**
 * How far two logs are one and the same. Raft's log matching property: logs that have an entry with the same index and term are equal up to
 * there (section 5.3 of its paper). So the highest common place says it all, and whatever contradicts it is damage or another cluster.
 */
import type { Position, StoreReport } from "./report.ts";
import { entryAt, type StoredLog } from "./stored-log.ts";

/** Two entries that cannot both be there in one cluster. */
export interface Contradiction {
  readonly index: bigint;
  readonly what: string;
}

export interface Agreement {
  /** Up to this index the two are known to be the same; null: no place is in both. */
  readonly upTo: bigint | null;
  readonly contradiction: Contradiction | null;
}

/** Holds two stores of one kind against each other, entry by entry. */
export function agreementOf(a: StoreReport, b: StoreReport): Agreement {
  const [inA, inB] = [placesOf(a), placesOf(b)];
  let upTo: bigint | null = null;
  for (const [index, term] of inA) if (inB.get(index) === term && (upTo === null || index > upTo)) upTo = index;
  return { upTo, contradiction: contradiction(a, b, upTo, inA, inB) };
}

/** Index to term of all that is known of a log: its entries and its snapshots. */
function placesOf({ log, snapshots }: StoreReport): ReadonlyMap<bigint, bigint> {
  const places = new Map(
    snapshots.map(({ position }: { readonly position: Position }) => [position.index, position.term]),
  );
  for (const [index, term] of entriesOf(log)) places.set(index, term);
  return places;
}

function* entriesOf(log: StoredLog): Generator<readonly [bigint, bigint]> {
  for (const run of log)
    for (const [offset, { term }] of run.entries.entries()) yield [run.firstIndex + BigInt(offset), term];
}

function contradiction(
  a: StoreReport,
  b: StoreReport,
  upTo: bigint | null,
  inA: ReadonlyMap<bigint, bigint>,
  inB: ReadonlyMap<bigint, bigint>,
): Contradiction | null {
  for (const [index, term] of entriesOf(a.log)) {
    const [mine, other] = [entryAt(a.log, index), entryAt(b.log, index)];
    if (mine !== undefined && other?.term === term && mine.digest !== other.digest) {
      return { index, what: `entry ${index} of term ${term} differs in its content` };
    }
  }
  for (const [index, term] of inA) {
    const other = inB.get(index);
    if (other !== undefined && other !== term && upTo !== null && index < upTo) {
      return {
        index,
        what: `entry ${index} has term ${term} in one and ${other} in the other, though entry ${upTo} is the same in both`,
      };
    }
  }
  return null;
}
