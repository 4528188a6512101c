/**
 * Whether a member holds what only a write that was applied again explains: a log entry applied twice, a page that dumps
 * and puts. Not its business: what reads saw of it in between (read-faults.ts).
 */
import type { HeldKey } from "../ledger/index.ts";
import type { KeyVerdict } from "./explain-key.ts";
import type { KeyHistory, WriteEntry } from "./key-histories.ts";

/** How it shows that a write was applied again. */
export type Duplicate =
  /** An acknowledged put is held at another revision than the one that its writer was told. */
  | { readonly kind: "rewritten"; readonly acknowledged: string; readonly held: string }
  /** The store counts more puts of the key than were ever sent up to the one that is held, also to nobody's knowledge. */
  | { readonly kind: "put-again"; readonly sent: number; readonly version: string };

/** Whether the drill lets a write be put anew. */
export type IsExempt = (write: WriteEntry) => boolean;

/**
 * What proves that a write of this key was applied again; null when nothing does.
 *
 * All puts that were sent count, whatever they were answered, and also those before a delete: one that was refused or
 * never answered may have been applied all the same, and a delete may be among what was lost. So nobody is accused for
 * a put that there was. A key to which anything was written that may be put anew can have any count.
 */
export function duplicateOf(
  { writes }: KeyHistory,
  held: HeldKey,
  { index, rewritten }: KeyVerdict,
  isExempt: IsExempt,
): Duplicate | null {
  const [first] = writes;
  if (index < 0 || first === undefined) return null;
  const acknowledged = rewritten?.revision ?? null;
  if (rewritten !== null && acknowledged !== null && held.revision !== null && !isExempt(rewritten))
    return { kind: "rewritten", acknowledged, held: held.revision };
  const { version } = held;
  // One put there was: the one that is held. Nearly all keys have been put once.
  if (version === null || version === "1" || isExempt(first)) return null;
  const sent = writes.reduce((puts, write, at) => (write.op === "put" && at <= index ? puts + 1 : puts), 0);
  return BigInt(version) > BigInt(sent) ? { kind: "put-again", sent, version } : null;
}

/** Whether there is anything on record by which a write that was applied again would show. */
export function wouldShow({ writes }: KeyHistory, held: HeldKey, { index }: KeyVerdict, isExempt: IsExempt): boolean {
  const [first] = writes;
  const source = writes[index];
  if (source === undefined || first === undefined) return false;
  return (held.version !== null && !isExempt(first)) || (source.revision !== null && !isExempt(source));
}
