/**
 * What is lost when one store is chosen and another is not: the entries that only the other has. Bounds, since what lies under a snapshot cannot be
 * held against anything. The numbers count log entries: a write is one, and so is a change of members or a new leader's first entry.
 */
import { agreementOf } from "./agreement.ts";
import { comparePositions, type Position, type StoreReport } from "./report.ts";

/** The entries of one store that another does not have. */
export interface Loss {
  /** Entries from `fromIndex` to `toIndex` of the other store at most; 0: none. */
  readonly atMost: bigint;
  /** So many at least, since the chosen log ends before them. */
  readonly atLeast: bigint;
  /** Of those that are lost at least, so many are known to be committed: somebody may have been promised them. */
  readonly knownCommitted: bigint;
  /** Null when nothing is lost. */
  readonly fromIndex: bigint | null;
  readonly toIndex: bigint | null;
  readonly because: string;
}

/** What is lost of `other` when `chosen` is taken. `until`: how far the other goes, which may be behind a damage of it. */
export function lossOf(chosen: StoreReport, other: StoreReport, until: Position): Loss {
  const end = chosen.last?.index ?? 0n;
  const same = sameUpTo(chosen, other);
  // What lies behind a damage of the chosen one is not of use there, though it can be read.
  const { upTo, because } =
    same.upTo > end ? { upTo: end, because: `nothing behind entry ${end} is of use in the one` } : same;
  const atMost = until.index > upTo ? until.index - upTo : 0n;
  const missing = until.index > end ? until.index - end : 0n;
  const atLeast = missing > atMost ? atMost : missing;
  const committed = other.committedAtLeast ?? 0n;
  const committedEnd = committed < until.index ? committed : until.index;
  return {
    atMost,
    atLeast,
    knownCommitted: committedEnd > end && atLeast > 0n ? committedEnd - end : 0n,
    fromIndex: atMost === 0n ? null : upTo + 1n,
    toIndex: atMost === 0n ? null : until.index,
    because,
  };
}

/**
 * Up to where both hold the same. What a store knows to be committed is also in every store that is fresher than it in raft's order: a leader of
 * a later term had it, and within one term logs differ in length only (raft's leader completeness, section 5.4.3 of its paper).
 */
function sameUpTo(chosen: StoreReport, other: StoreReport): { readonly upTo: bigint; readonly because: string } {
  const seen = agreementOf(chosen, other).upTo;
  const isBehind = chosen.last !== null && other.last !== null && comparePositions(chosen.last, other.last) <= 0;
  const behind = isBehind ? chosen : other;
  // Members given by hand make a cluster anew, without an election that would promise anything.
  const isElected = chosen.reconfiguredAt === null && other.reconfiguredAt === null;
  const proven = isElected ? smaller(behind.committedAtLeast ?? 0n, behind.last?.index ?? 0n) : 0n;
  if (seen !== null && seen >= proven) return { upTo: seen, because: `both logs hold the same entry ${seen}` };
  if (proven > 0n) {
    const what = `no later entry is in both logs; entry ${proven} was committed, so both have had it`;
    return { upTo: proven, because: what };
  }
  return { upTo: 0n, because: "no entry is in both logs, so that nothing can be said of where they part" };
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
