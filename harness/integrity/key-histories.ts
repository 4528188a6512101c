/**
 * The writes of the workload, key by key, and the rules of the workload that make an exact account possible: one writer
 * a key, one write after the other, and no further write after one whose outcome is unknown (law 6).
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
  return { byKey, writes, violations };
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
