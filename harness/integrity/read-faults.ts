/**
 * The workload's reads against its writes. Reads are linearizable: each shows the key as it was at one instant between its
 * sending and its answer. Not its business: what members hold in the end (account.ts).
 */
import type { Ledger, OperationEntry } from "../ledger/index.ts";
import { explainKey } from "./explain-key.ts";
import type { Histories, KeyHistory, WriteEntry } from "./key-histories.ts";

/**
 * What is wrong with a read.
 *
 * - `absent`: it found nothing, although an acknowledged put was not followed by any delete.
 * - `old`: it found a value that an acknowledged write had replaced or deleted before the read was sent.
 * - `foreign`: it found a value that nobody had sent to this key by the time of the answer.
 * - `refused`: it found the value of a refused write, so the table of outcomes is wrong.
 * - `rewritten`: it found the value of an acknowledged put at another revision than the one acknowledged.
 */
export type ReadFaultKind = "absent" | "old" | "foreign" | "refused" | "rewritten";

/** A read that the writes of its key do not explain. */
export interface ReadFault {
  readonly read: OperationEntry;
  readonly kind: ReadFaultKind;
  /** The acknowledged write that should have been seen, or whose revision should have been; null when there is none. */
  readonly missed: WriteEntry | null;
}

/** What a drill excuses. */
export interface Excuses {
  /** Whether this write may be found at another revision at this instant. */
  readonly isExempt: (write: WriteEntry, seenAtMs: number) => boolean;
  /** Whether this read may miss this write, since it lies beyond the recovery point and the page had begun. */
  readonly isLostByDesign: (write: WriteEntry, read: OperationEntry) => boolean;
}

/** The reads that are wrong. Only acknowledged ones say anything. */
export function readFaults(ledger: Ledger, { byKey }: Histories, excuses: Excuses): readonly ReadFault[] {
  const faults: ReadFault[] = [];
  for (const entry of ledger.entries) {
    if (entry.kind !== "operation" || entry.op !== "get" || entry.outcome !== "acknowledged") continue;
    const fault = faultOf(entry, byKey.get(entry.key)?.writes ?? [], excuses);
    if (fault !== null) faults.push(fault);
  }
  return faults;
}

function faultOf(read: OperationEntry, writes: readonly WriteEntry[], excuses: Excuses): ReadFault | null {
  const { valueHash } = read;
  const held = valueHash === null ? null : { valueHash, revision: read.revision ?? "" };
  const verdict = explainKey(asSeenBy(read, writes), held);
  const missed = verdict.lost.find((write) => !excuses.isLostByDesign(write, read)) ?? null;
  if (verdict.phantom) return { read, kind: "foreign", missed };
  if (verdict.visibleRefusal !== null) return { read, kind: "refused", missed: null };
  if (missed !== null) return { read, kind: held === null ? "absent" : "old", missed };
  const { rewritten } = verdict;
  return rewritten !== null && read.revision !== null && !excuses.isExempt(rewritten, read.atMs)
    ? { read, kind: "rewritten", missed: rewritten }
    : null;
}

/**
 * The writes that a read may show, in the words of the account: one that was sent after the read's answer is not there
 * yet, and one that was not answered when the read was sent may or may not be seen, like one of unknown outcome. Of two
 * equal times neither is taken to be the earlier one, since that accuses less.
 */
function asSeenBy(read: OperationEntry, writes: readonly WriteEntry[]): KeyHistory {
  return {
    key: read.key,
    writes: writes
      .filter((write) => write.sentAtMs <= read.atMs)
      .map((write) =>
        write.outcome === "acknowledged" && write.atMs >= read.sentAtMs ? { ...write, outcome: "unknown" } : write,
      ),
  };
}

/** One wrong read on one line. */
export function describeReadFault({ read, kind, missed }: ReadFault, printableKey: string): string {
  const write =
    missed === null
      ? ""
      : `${missed.op} ${missed.id}${missed.revision === null ? "" : ` at revision ${missed.revision}`}`;
  const at = read.revision === null ? "" : ` at revision ${read.revision}`;
  const found: Readonly<Record<ReadFaultKind, string>> = {
    absent: `found nothing, and ${write} had been acknowledged`,
    old: `found an old value${at}, and ${write} had been acknowledged`,
    foreign: `found a value${at} that nobody had written`,
    refused: `found the value of a refused write${at}`,
    rewritten: `found the value of ${write}, but${at}`,
  };
  return `${printableKey}: read ${read.id} through ${read.node} ${found[kind]}`;
}
