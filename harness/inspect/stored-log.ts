/** The entries of a raft log that could be read from a folder: runs of consecutive entries, with gaps where something is missing. */
import { createHash } from "node:crypto";
import type { Position } from "./report.ts";

/** One entry: its term, and a digest of its kind and data. */
export interface StoredEntry {
  readonly term: bigint;
  /** 64 bits of SHA-256: enough to tell two entries apart that ought to be one. */
  readonly digest: string;
}

/** Consecutive entries from one or several files. */
export interface LogRun {
  readonly firstIndex: bigint;
  /** At least one. */
  readonly entries: readonly StoredEntry[];
}

/** Runs in the order of their indexes. They do not overlap, and a gap lies between any two. */
export type StoredLog = readonly LogRun[];

/** The digest of an entry's kind and data. */
export function digestOf(entryKind: number, data: Uint8Array): string {
  return createHash("sha256").update(Uint8Array.of(entryKind)).update(data).digest("hex").slice(0, 16);
}

/** Index of the last entry of a run. */
export function endOf({ firstIndex, entries }: LogRun): bigint {
  return firstIndex + BigInt(entries.length) - 1n;
}

/** Where the last entry of a run is. */
export function lastOf(run: LogRun): Position | null {
  const term = run.entries.at(-1)?.term;
  return term === undefined ? null : { term, index: endOf(run) };
}

/** The entry at an index; undefined when the log does not hold it. */
export function entryAt(log: StoredLog, index: bigint): StoredEntry | undefined {
  const run = log.find((one) => one.firstIndex <= index && index <= endOf(one));
  return run?.entries[Number(index - run.firstIndex)];
}

/** Runs that follow each other without a gap as one. They must be in order. */
export function joined(runs: readonly LogRun[]): StoredLog {
  const log: { firstIndex: bigint; entries: StoredEntry[] }[] = [];
  for (const run of runs) {
    if (run.entries.length === 0) continue;
    const last = log.at(-1);
    if (last !== undefined && endOf(last) + 1n === run.firstIndex)
      for (const entry of run.entries) last.entries.push(entry);
    else log.push({ firstIndex: run.firstIndex, entries: [...run.entries] });
  }
  return log;
}

/** How far a log goes that begins with what a snapshot (or nothing: index 0) covers, and what lies behind the first gap after that. */
export interface Reach {
  readonly last: Position | null;
  readonly beyond: Position | null;
}

/**
 * Follows the log from `base` to the first gap.
 * @param base the snapshot it begins with; index 0 when it begins with the first entry; null when what comes before the log is lost
 */
export function reachOf(base: Position | null, log: StoredLog): Reach {
  let last = base;
  let beyond: Position | null = null;
  for (const run of log) {
    const end = lastOf(run);
    if (end === null || (last !== null && end.index <= last.index)) continue;
    if (last !== null && run.firstIndex <= last.index + 1n) last = end;
    else beyond = end;
  }
  return { last: last?.index === 0n ? null : last, beyond };
}
