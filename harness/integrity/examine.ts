/**
 * What each completely read member proves of the writes: which are gone there, and what is there that should not be.
 * Not its business: what may be gone (account.ts).
 */
import type { HeldKey } from "../ledger/index.ts";
import { duplicateOf, wouldShow, type Duplicate, type IsExempt } from "./duplicates.ts";
import { explainKey, isPlain, type KeyVerdict } from "./explain-key.ts";
import type { Histories, WriteEntry } from "./key-histories.ts";
import type { MemberReadBack } from "./read-backs.ts";
import { tornTransactions, type TornTransaction } from "./transactions.ts";

/** A key on a member. */
export interface KeyOnMember {
  readonly key: string;
  /** E.g. `n2 after-convergence`. */
  readonly on: string;
}

/** A key of which a member proves that a write was applied again. */
export type DuplicatedKey = KeyOnMember & Duplicate;

/** A transaction that a member does not hold whole. */
export interface TornOnMember extends TornTransaction {
  readonly on: string;
}

/** What the members prove together. */
export interface Seen {
  /** Acknowledged writes that are gone, and where. */
  readonly lost: ReadonlyMap<WriteEntry, readonly string[]>;
  readonly resurrected: readonly KeyOnMember[];
  readonly phantoms: readonly KeyOnMember[];
  readonly visibleRefusals: readonly KeyOnMember[];
  readonly duplicated: readonly DuplicatedKey[];
  /** On how many keys, counted on each member, a write that was applied again would show. */
  readonly wouldShowDuplicates: number;
  readonly tornTransactions: readonly TornOnMember[];
  /** Writes of unknown outcome that are missing on some completely read member. */
  readonly unknownLost: ReadonlySet<WriteEntry>;
}

/** What is seen where nothing may be concluded. */
export const NOTHING_SEEN: Seen = {
  lost: new Map(),
  resurrected: [],
  phantoms: [],
  visibleRefusals: [],
  duplicated: [],
  wouldShowDuplicates: 0,
  tornTransactions: [],
  unknownLost: new Set(),
};

/** Examines all members that were read completely. */
export function examine(histories: Histories, members: readonly MemberReadBack[], isExempt: IsExempt): Seen {
  const lost = new Map<WriteEntry, string[]>();
  const resurrected: KeyOnMember[] = [];
  const phantoms: KeyOnMember[] = [];
  const visibleRefusals: KeyOnMember[] = [];
  const duplicated: DuplicatedKey[] = [];
  const torn: TornOnMember[] = [];
  const unknownLost = new Set<WriteEntry>();
  let wouldShowDuplicates = 0;
  const explained = new Map<MemberReadBack["held"], Explained>();
  for (const member of members) {
    if (!member.complete) continue;
    const on = `${member.node} ${member.pass}`;
    // Members that hold the same share the map (read-backs.ts): what is so once is so of each of them.
    const found = explained.get(member.held) ?? explainAll(histories, member.held, isExempt);
    explained.set(member.held, found);
    for (const { key, verdict } of found.keys) {
      for (const write of verdict.lost) {
        const missingOn = lost.get(write);
        if (missingOn === undefined) lost.set(write, [on]);
        else missingOn.push(on);
      }
      if (verdict.resurrected) resurrected.push({ key, on });
      if (verdict.phantom) phantoms.push({ key, on });
      if (verdict.visibleRefusal !== null) visibleRefusals.push({ key, on });
      if (verdict.unknown?.applied === false) unknownLost.add(verdict.unknown.write);
    }
    for (const key of found.foreign) phantoms.push({ key, on });
    for (const { key, duplicate } of found.duplicates) duplicated.push({ key, on, ...duplicate });
    for (const one of found.torn) torn.push({ ...one, on });
    wouldShowDuplicates += found.wouldShowDuplicates;
  }
  return {
    lost,
    resurrected,
    phantoms,
    visibleRefusals,
    duplicated,
    wouldShowDuplicates,
    tornTransactions: torn,
    unknownLost,
  };
}

/** What a member's state says of the keys. */
interface Explained {
  /** Those of which it says more than that their acknowledged writes are kept. */
  readonly keys: readonly { readonly key: string; readonly verdict: KeyVerdict }[];
  /** Those that nobody wrote. */
  readonly foreign: readonly string[];
  readonly duplicates: readonly { readonly key: string; readonly duplicate: Duplicate }[];
  readonly wouldShowDuplicates: number;
  readonly torn: readonly TornTransaction[];
}

function explainAll(histories: Histories, heldKeys: MemberReadBack["held"], isExempt: IsExempt): Explained {
  const { byKey } = histories;
  const keys: { key: string; verdict: KeyVerdict }[] = [];
  const duplicates: { key: string; duplicate: Duplicate }[] = [];
  let found = 0;
  let wouldShowDuplicates = 0;
  for (const history of byKey.values()) {
    const { key } = history;
    const held: HeldKey | null = heldKeys.get(key) ?? null;
    const verdict = explainKey(history, held);
    if (!isPlain(verdict)) keys.push({ key, verdict });
    if (held === null) continue;
    found++;
    if (wouldShow(history, held, verdict, isExempt)) wouldShowDuplicates++;
    const duplicate = duplicateOf(history, held, verdict, isExempt);
    if (duplicate !== null) duplicates.push({ key, duplicate });
  }
  const foreign = found === heldKeys.size ? [] : [...heldKeys.keys()].filter((key) => !byKey.has(key));
  const verdicts = keys.map((one) => one.verdict);
  const torn = tornTransactions(histories, heldKeys, verdicts, isExempt);
  return { keys, foreign, duplicates, wouldShowDuplicates, torn };
}
