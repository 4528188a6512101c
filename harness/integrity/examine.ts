/**
 * What each completely read member proves of the writes: which are gone there, and what is there that should not be.
 * Not its business: what may be gone (account.ts).
 */
import type { HeldKey } from "../ledger/index.ts";
import { provesDelete } from "./by-design.ts";
import { deletesOfUnapplied, deletesThatCameTooEarly } from "./disproved-deletes.ts";
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
  /** Keys of which a member holds more than one value at once. */
  readonly heldTwice: readonly KeyOnMember[];
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
  heldTwice: [],
  visibleRefusals: [],
  duplicated: [],
  wouldShowDuplicates: 0,
  tornTransactions: [],
  unknownLost: new Set(),
};

/** What else is to be known of the writes. */
export interface Rules {
  /** Whether the drill lets a write be put anew. */
  readonly isExempt: IsExempt;
  /** Whether a write lies beyond the recovery point. */
  readonly isAfterPoint: (write: WriteEntry) => boolean;
  /** Writes that may have taken effect only after the first pass (late-writes.ts). */
  readonly late: ReadonlySet<WriteEntry>;
}

/** Examines all members that were read completely. */
export function examine(histories: Histories, members: readonly MemberReadBack[], rules: Rules): Seen {
  const lost = new Map<WriteEntry, string[]>();
  const resurrected: KeyOnMember[] = [];
  const phantoms: KeyOnMember[] = [];
  const heldTwice: KeyOnMember[] = [];
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
    const earlier = member.pass === "after-restart" ? firstPassOf(members, member) : null;
    const early =
      earlier === null ? NO_WRITES : deletesThatCameTooEarly(histories, earlier.held, member.held, rules.late);
    const known = early.size === 0 ? explained.get(member.held) : undefined;
    const found = known ?? explainAll(histories, member.held, rules, early);
    if (early.size === 0) explained.set(member.held, found);
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
    for (const key of member.heldTwice) heldTwice.push({ key, on });
    for (const { key, duplicate } of found.duplicates) duplicated.push({ key, on, ...duplicate });
    for (const one of found.torn) torn.push({ ...one, on });
    wouldShowDuplicates += found.wouldShowDuplicates;
  }
  return {
    lost,
    resurrected,
    phantoms,
    heldTwice,
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

const NO_WRITES: ReadonlySet<WriteEntry> = new Set();

function firstPassOf(members: readonly MemberReadBack[], { node }: MemberReadBack): MemberReadBack | null {
  return members.find((one) => one.node === node && one.pass === "after-convergence" && one.complete) ?? null;
}

function explainAll(
  histories: Histories,
  heldKeys: MemberReadBack["held"],
  { isExempt, isAfterPoint }: Rules,
  early: ReadonlySet<WriteEntry>,
): Explained {
  const { byKey } = histories;
  const verdicts = new Map<string, KeyVerdict>();
  const duplicates: { key: string; duplicate: Duplicate }[] = [];
  let found = 0;
  let wouldShowDuplicates = 0;
  for (const history of byKey.values()) {
    const { key } = history;
    const held: HeldKey | null = heldKeys.get(key) ?? null;
    const verdict = explainKey(history, held, early);
    if (!isPlain(verdict)) verdicts.set(key, verdict);
    if (held === null) continue;
    found++;
    if (wouldShow(history, held, verdict, isExempt)) wouldShowDuplicates++;
    const duplicate = duplicateOf(history, held, verdict, isExempt);
    if (duplicate !== null) duplicates.push({ key, duplicate });
  }
  const foreign = found === heldKeys.size ? [] : [...heldKeys.keys()].filter((key) => !byKey.has(key));
  const isThere = (write: WriteEntry): boolean => provesDelete(write, histories, isAfterPoint);
  const disproved = new Set(early);
  const unapplied = (fresh: Iterable<KeyVerdict>): readonly WriteEntry[] =>
    deletesOfUnapplied(histories, heldKeys, fresh, isThere, disproved);
  // A key that is explained otherwise then may show that another transaction is not there either, and so on.
  for (let deletes = unapplied(verdicts.values()); deletes.length > 0;) {
    for (const one of deletes) disproved.add(one);
    const again = [...new Set(deletes.map((one) => one.key))].flatMap((key) => byKey.get(key) ?? []);
    const fresh = again.map((history) => ({ key: history.key, verdict: explainKey(history, null, disproved) }));
    for (const { key, verdict } of fresh) verdicts.set(key, verdict);
    deletes = unapplied(fresh.map((one) => one.verdict));
  }
  const torn = tornTransactions(histories, heldKeys, verdicts.values(), { isThere, isExempt });
  const keys = [...verdicts].map(([key, verdict]) => ({ key, verdict }));
  return { keys, foreign, duplicates, wouldShowDuplicates, torn };
}
