/**
 * The writes of the workload, key by key, and the rules of the workload that make an exact account possible: one writer
 * a key, one write after the other, no further write after one whose outcome is unknown (law 6), and one answer for all
 * parts of a transaction.
 */
import type { LedgerEntry, OperationEntry } from "../ledger/index.ts";

/** A put or a delete. */
export type WriteEntry = OperationEntry & { readonly op: "put" | "delete" };

/** All writes of one key, in the order of sending. */
export interface KeyHistory {
  readonly key: string;
  readonly writes: readonly WriteEntry[];
}

/** What was written, and what breaks the rules. */
export interface Histories {
  readonly byKey: ReadonlyMap<string, KeyHistory>;
  readonly writes: readonly WriteEntry[];
  /** The writes of each transaction, by its id. */
  readonly transactions: ReadonlyMap<number, readonly WriteEntry[]>;
  /** Sentences that name the key and the operations. Any of them makes the account unsound. */
  readonly violations: readonly string[];
}

/** Collects the histories of all keys. */
export function keyHistories(entries: readonly LedgerEntry[]): Histories {
  const writes = entries.filter(isWrite).sort((a, b) => a.id - b.id);
  const byKey = new Map<string, KeyHistory & { readonly writes: WriteEntry[] }>();
  for (const write of writes) {
    const history = byKey.get(write.key);
    if (history === undefined) byKey.set(write.key, { key: write.key, writes: [write] });
    else history.writes.push(write);
  }
  const violations: string[] = [];
  for (const history of byKey.values()) if (history.writes.length > 1) violations.push(...violationsOf(history));
  const transactions = new Map<number, WriteEntry[]>();
  for (const write of writes) {
    if (write.transaction === null) continue;
    const parts = transactions.get(write.transaction);
    if (parts === undefined) transactions.set(write.transaction, [write]);
    else parts.push(write);
  }
  for (const [id, parts] of transactions)
    if (!isOneAnswer(parts)) violations.push(`transaction ${id}: its parts do not have one answer`);
  return { byKey, writes, transactions, violations };
}

/** A transaction is sent and answered at once: its parts can differ in their record only by a defect of the harness. */
function isOneAnswer([first, ...others]: readonly WriteEntry[]): boolean {
  return others.every(
    (one) =>
      one.client === first?.client &&
      one.sentAtMs === first.sentAtMs &&
      one.atMs === first.atMs &&
      one.outcome === first.outcome &&
      one.revision === first.revision,
  );
}

function isWrite(entry: LedgerEntry): entry is WriteEntry {
  return entry.kind === "operation" && entry.op !== "get";
}

function violationsOf({ key, writes }: KeyHistory): readonly string[] {
  const violations: string[] = [];
  for (const [index, write] of writes.entries()) {
    const before = writes[index - 1];
    if (before === undefined) continue;
    const broken = (how: string): number => violations.push(`${key}: operations ${before.id} and ${write.id} ${how}`);
    if (before.client !== write.client) broken("come from two clients");
    if (before.atMs > write.sentAtMs) broken("overlap");
    if (before.outcome === "unknown") broken("use the key again after an unknown outcome");
  }
  return violations;
}
