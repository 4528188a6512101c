/**
 * Deletes that cannot be why a key is absent from a member's state, although they were sent: what they belong to is not in
 * that state. Not its business: what is lost then (explain-key.ts).
 */
import type { HeldKey } from "../ledger/index.ts";
import { explainKey, type KeyVerdict } from "./explain-key.ts";
import type { Histories, WriteEntry } from "./key-histories.ts";
import { concernedBy } from "./transactions.ts";

type Held = ReadonlyMap<string, HeldKey>;

/**
 * Of the transactions of which a part is proven missing, the deletes of absent keys: a transaction is applied whole or not
 * at all, so none of its parts explains anything. Nothing is said of one of which a part is proven to be there: that is
 * held in part, and told of as such (transactions.ts).
 * @param isThere whether the absence of its key proves this delete.
 * @param verdicts of the keys to begin with; only their transactions are looked at.
 * @param disproved those that are disproved already.
 */
export function deletesOfUnapplied(
  { byKey, transactions }: Histories,
  held: Held,
  verdicts: Iterable<KeyVerdict>,
  isThere: (write: WriteEntry) => boolean,
  disproved: ReadonlySet<WriteEntry>,
): readonly WriteEntry[] {
  const found: WriteEntry[] = [];
  const isMissing = (part: WriteEntry): boolean => {
    const history = byKey.get(part.key);
    if (history === undefined) return false;
    return explainKey(history, held.get(part.key) ?? null, disproved).index < history.writes.indexOf(part);
  };
  for (const id of concernedBy(verdicts)) {
    const parts = transactions.get(id) ?? [];
    if (parts.length < 2 || parts[0]?.outcome === "refused") continue;
    const deletes = parts.filter((one) => one.op === "delete" && !held.has(one.key) && !disproved.has(one));
    if (deletes.length === 0 || deletes.some(isThere)) continue;
    if (parts.some((one) => one.op === "put" && held.get(one.key)?.valueHash === one.valueHash)) continue;
    if (parts.some(isMissing)) found.push(...deletes);
  }
  return found;
}

/**
 * The deletes of keys that a member held in an earlier state, when the workload was silent already, and holds no more: none
 * of them had taken effect then, and nobody has sent one since.
 * @param late writes that may have taken effect only in between.
 */
export function deletesThatCameTooEarly(
  { byKey }: Histories,
  earlier: Held,
  now: Held,
  late: ReadonlySet<WriteEntry>,
): ReadonlySet<WriteEntry> {
  const found = new Set<WriteEntry>();
  if (earlier === now) return found;
  for (const key of earlier.keys()) {
    if (now.has(key)) continue;
    for (const write of byKey.get(key)?.writes ?? []) if (write.op === "delete" && !late.has(write)) found.add(write);
  }
  return found;
}
