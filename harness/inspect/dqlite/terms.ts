/** What the terms of a dqlite log must fulfil, and the mark that a membership made by hand leaves in them. */
import type { Finding } from "../report.ts";
import { CHANGE_OF_MEMBERS } from "./batch.ts";
import type { PlacedEntry } from "./segments.ts";

/**
 * Giving a store other members by hand (`ReconfigureMembership`, raft_recover) appends a change of members with term 1, whatever the term of the
 * log (canonical/raft src/uv_segment.c, uvWriteClosedSegment; src/uv.c, uvRecover). The index of the last such entry, or null.
 */
export function reconfiguredAt(entries: readonly PlacedEntry[]): bigint | null {
  return entries.findLast((entry, at) => isMark(entry, entries[at - 1]))?.index ?? null;
}

function isMark({ kind, term }: PlacedEntry, before: PlacedEntry | undefined): boolean {
  return kind === CHANGE_OF_MEMBERS && term === 1n && before !== undefined && before.term > 1n;
}

/** Terms never fall along a log, and none is above the member's own. */
export function termFlaws(
  entries: readonly PlacedEntry[],
  currentTerm: bigint | null,
  reconfigured: bigint | null,
): readonly Finding[] {
  const findings: Finding[] = [];
  let highest = 0n;
  for (const [at, entry] of entries.entries()) {
    if (entry.term === 0n) findings.push(damage(entry, `entry ${entry.index} has term 0`));
    else if (entry.term < highest && !isMark(entry, entries[at - 1])) {
      findings.push(
        damage(entry, `entry ${entry.index} has term ${entry.term} after one of term ${highest}; terms never fall`),
      );
    }
    if (entry.term > highest) highest = entry.term;
  }
  if (reconfigured !== null) {
    const what = `somebody gave this store other members by hand: entry ${reconfigured} is a change of members with term 1. Up to there its terms say nothing about how fresh it is`;
    findings.push({ kind: "note", file: null, atByte: null, what });
  }
  if (currentTerm !== null && highest > currentTerm) {
    const what = `the log has an entry of term ${highest}; the member's own term is ${currentTerm}: its metadata files are of another store or time, or altered`;
    findings.push({ kind: "cannot-tell", file: null, atByte: null, what });
  }
  return findings;
}

function damage({ file }: PlacedEntry, what: string): Finding {
  return { kind: "damage", file, atByte: null, what };
}
