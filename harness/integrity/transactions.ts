/**
 * Whether members hold transactions whole. Not its business: whether what is missing may be lost (account.ts); half a
 * transaction is wrong wherever the recovery point lies, since all of it has one revision.
 */
import type { HeldKey } from "../ledger/index.ts";
import { explainKey, type KeyVerdict } from "./explain-key.ts";
import type { Histories, WriteEntry } from "./key-histories.ts";

/** A transaction that is held in part, or not as one. */
export interface TornTransaction {
  readonly id: number;
  /** Puts whose very values are there, and deletes that the absence of their keys proves. */
  readonly there: readonly WriteEntry[];
  /** Writes whose effect is certainly not there. Empty when all are there, but not at one revision. */
  readonly missing: readonly WriteEntry[];
}

/** What is to be known of single writes. */
export interface TearingRules {
  /** Whether the absence of its key proves this delete. */
  readonly isThere: (write: WriteEntry) => boolean;
  /** Whether a put may be held at another revision than its own. */
  readonly isExempt: (write: WriteEntry) => boolean;
}

/**
 * The transactions of several writes that one completely read member does not hold whole.
 *
 * Proven there is a put whose value is held, and a delete where nothing else can be why the key is absent. Proven missing
 * is a write that comes after the one that explains its key, for that one is the latest that can. Whatever was superseded,
 * and any other delete of a key that is absent, proves neither: so a transaction is accused only if one of its parts is there and another one is gone. What it was answered does not matter:
 * also one of unknown outcome is applied whole or not at all.
 * @param verdicts at least those that are not plain (`isPlain`): a transaction of which no part is in one of them is whole.
 */
export function tornTransactions(
  { byKey, transactions }: Histories,
  held: ReadonlyMap<string, HeldKey>,
  verdicts: Iterable<KeyVerdict>,
  { isThere, isExempt }: TearingRules,
): readonly TornTransaction[] {
  const torn: TornTransaction[] = [];
  for (const id of concernedBy(verdicts)) {
    const parts = transactions.get(id) ?? [];
    if (parts.length < 2 || parts[0]?.outcome === "refused") continue;
    const there: WriteEntry[] = [];
    const missing: WriteEntry[] = [];
    for (const part of parts) {
      const history = byKey.get(part.key);
      const item = held.get(part.key) ?? null;
      if (history === undefined) continue;
      if (item !== null && item.valueHash === part.valueHash) there.push(part);
      else if (item === null && isThere(part)) there.push(part);
      else if (explainKey(history, item).index < history.writes.indexOf(part)) missing.push(part);
    }
    const revisions = new Set(
      there.flatMap((part) => (part.op === "delete" || isExempt(part) ? [] : [held.get(part.key)?.revision])),
    );
    if (there.length > 0 && (missing.length > 0 || revisions.size > 1)) torn.push({ id, there, missing });
  }
  return torn;
}

/** The transactions whose writes these verdicts say something about. */
export function concernedBy(verdicts: Iterable<KeyVerdict>): ReadonlySet<number> {
  const ids = new Set<number>();
  for (const { lost, unknown, rewritten } of verdicts) {
    for (const write of [
      ...lost,
      ...(unknown === null ? [] : [unknown.write]),
      ...(rewritten === null ? [] : [rewritten]),
    ])
      if (write.transaction !== null) ids.add(write.transaction);
  }
  return ids;
}
