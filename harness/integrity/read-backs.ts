/** What each member held when it was read back. Not its business: whether that is right (account.ts). */
import type { HeldKey, Ledger, ReadBackEndEntry, ReadBackPass, StateHash } from "../ledger/index.ts";
import { nodeNames } from "../measure/index.ts";

/** Both passes, in order. */
export const PASSES: readonly ReadBackPass[] = ["after-convergence", "after-restart"];

/** One member in one pass. */
export interface MemberReadBack {
  readonly pass: ReadBackPass;
  readonly node: string;
  /** Whether every key that the member held at the fence is in `held`. Only then does an absent key mean anything. */
  readonly complete: boolean;
  /** Why it is not complete; null when it is. */
  readonly reason: string | null;
  /** The record contradicts itself: a defect of the harness. */
  readonly contradiction: boolean;
  readonly held: ReadonlyMap<string, HeldKey>;
  readonly stateHash: StateHash | null;
}

/** The read-back of every node in both passes, also of those that were never read. */
export function readBacks(ledger: Ledger): readonly MemberReadBack[] {
  return PASSES.flatMap((pass) => nodeNames(ledger.entries).map((node) => memberReadBack(ledger, pass, node)));
}

function memberReadBack(ledger: Ledger, pass: ReadBackPass, node: string): MemberReadBack {
  const held = new Map<string, HeldKey>();
  const ends: ReadBackEndEntry[] = [];
  let fence: string | null = null;
  let items = 0;
  for (const entry of ledger.entries) {
    if (entry.kind === "fence" && entry.pass === pass) fence = entry.revision;
    if (entry.kind === "read-back-end" && entry.pass === pass && entry.node === node) ends.push(entry);
    if (entry.kind !== "read-back" || entry.pass !== pass || entry.node !== node) continue;
    items += entry.items.length;
    for (const item of entry.items) held.set(item.key, item);
  }
  const [end] = ends;
  const contradiction =
    ends.length > 1 ||
    (end?.complete === true && (end.keys !== items || held.size !== items || end.revision !== fence));
  const reason = reasonOf(end, fence, contradiction);
  return { pass, node, complete: reason === null, reason, contradiction, held, stateHash: end?.stateHash ?? null };
}

function reasonOf(end: ReadBackEndEntry | undefined, fence: string | null, contradiction: boolean): string | null {
  if (end === undefined) return "it was not read back";
  if (contradiction) return "its entries do not agree with their own count or with the fence";
  if (!end.complete) return end.reason ?? "it was read in part only";
  return fence === null ? "there was no fence to read behind" : null;
}
