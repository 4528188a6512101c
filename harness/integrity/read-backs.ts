/** What each member held when it was read back. Not its business: whether that is right (account.ts). */
import {
  FENCE_NOT_HELD,
  type FenceEntry,
  type HeldKey,
  type Ledger,
  type ReadBackEndEntry,
  type ReadBackPass,
  type StateHash,
} from "../ledger/index.ts";
import { cameTo, gapOfMember, gapOfRestart, stayedBehind, tookNoWrite, type Gap } from "./gaps.ts";
import { lacksOf } from "./store-lacks.ts";

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
  /** What of the cluster's own doing, by the record, keeps it from being complete; null when it is. */
  readonly gap: Gap | null;
  /** The record contradicts itself: a defect of the harness. */
  readonly contradiction: boolean;
  /** By key; of one that it holds more than once the row that comes last, which is the newest one. */
  readonly held: ReadonlyMap<string, HeldKey>;
  /** Keys of which it holds more than one value at once: its own data contradicts itself. Only where the store lacks `revisions`. */
  readonly heldTwice: readonly string[];
  readonly stateHash: StateHash | null;
  /** At which the fence was acknowledged, and at which this member holds it; null when it was not read, and where the store lacks `revisions`. */
  readonly fence: { readonly toldAt: string; readonly heldAt: string } | null;
  /** It has come to the fence's revision, and says that it does not hold the fence: an acknowledged write is not there. */
  readonly lacksFence: boolean;
}

/** The read-back of each of these nodes in both passes, also of those that were never read. */
export function readBacks(ledger: Ledger, nodes: readonly string[]): readonly MemberReadBack[] {
  const hasRevisions = lacksOf(ledger).lacks.revisions === undefined;
  const fences = new Map<ReadBackPass, FenceEntry>();
  const read = new Map<string, Recorded>();
  const recorded = (pass: ReadBackPass, node: string): Recorded => {
    const known = read.get(`${pass} ${node}`);
    if (known !== undefined) return known;
    const none: Recorded = { pages: [], ends: [] };
    read.set(`${pass} ${node}`, none);
    return none;
  };
  for (const entry of ledger.entries) {
    if (entry.kind === "fence") fences.set(entry.pass, entry);
    else if (entry.kind === "read-back") recorded(entry.pass, entry.node).pages.push(entry.items);
    else if (entry.kind === "read-back-end") recorded(entry.pass, entry.node).ends.push(entry);
  }
  const heldIn = heldOnce();
  return PASSES.flatMap((pass) =>
    nodes.map((node) => {
      const { pages, ends } = recorded(pass, node);
      const fenced = fences.get(pass);
      const one = { pass, node, ends, pages, ...heldIn(pages), fenced, hasRevisions };
      return { ...memberReadBack(one, () => gapOf(ledger, nodes, one)), lacksFence: lacksFence(ledger, one) };
    }),
  );
}

type Page = readonly HeldKey[];

/** What is on record of one member in one pass. */
interface Recorded {
  readonly pages: Page[];
  readonly ends: ReadBackEndEntry[];
}

type Held = Pick<MemberReadBack, "held" | "heldTwice">;

/** Members that hold the same share one map where their pages are the very same ones, as the reader makes them. */
function heldOnce(): (pages: readonly Page[]) => Held {
  const known: { readonly pages: readonly Page[]; readonly held: Held }[] = [];
  return (pages) => {
    const same = known.find(
      (one) => one.pages.length === pages.length && one.pages.every((page, index) => page === pages[index]),
    );
    if (same !== undefined) return same.held;
    const held = new Map<string, HeldKey>();
    const twice = new Set<string>();
    for (const item of pages.flat()) {
      if (held.has(item.key)) twice.add(item.key);
      held.set(item.key, item);
    }
    const found = { held, heldTwice: [...twice] };
    known.push({ pages, held: found });
    return found;
  };
}

interface Judging extends Recorded, Held, Pick<MemberReadBack, "pass" | "node"> {
  readonly fenced: FenceEntry | undefined;
  readonly hasRevisions: boolean;
}

function memberReadBack(judging: Judging, gap: () => Gap): Omit<MemberReadBack, "lacksFence"> {
  const { pass, node, ends, held, heldTwice } = judging;
  const [end] = ends;
  const contradiction = contradicts(judging);
  const reason = contradiction ? "its entries do not agree with their own count or with the fence" : whyNot(judging);
  return {
    pass,
    node,
    complete: reason === null,
    reason,
    gap: reason === null ? null : gap(),
    contradiction,
    held,
    heldTwice,
    stateHash: end?.stateHash ?? null,
    fence: numbersOf(judging),
  };
}

function numbersOf({ ends: [end], fenced }: Judging): MemberReadBack["fence"] {
  const toldAt = fenced?.revision ?? null;
  const heldAt = end?.revision ?? null;
  return toldAt === null || heldAt === null ? null : { toldAt, heldAt };
}

/**
 * What no sound reading leaves on record. A key without a revision is none of a store that has them; of such a one no reading gives a
 * key twice. A table of SQL can: then its index and its rows do not agree.
 */
function contradicts({ ends, pages, heldTwice, fenced, hasRevisions }: Judging): boolean {
  const items = pages.reduce((sum, page) => sum + page.length, 0);
  const [end] = ends;
  if (ends.length > 1) return true;
  if (end?.complete !== true) return false;
  const isNumbered = !hasRevisions || pages.every((page) => page.every((item) => item.revision !== null));
  const isTwice = hasRevisions && heldTwice.length > 0;
  // Whether there is a number, not which: members that differ may number the fence differently.
  const isReadAtNumber = (end.revision === null) === ((fenced?.revision ?? null) === null);
  return end.keys !== items || isTwice || !isReadAtNumber || !isNumbered;
}

/** Why it is not complete; null when it is. */
function whyNot({ ends: [end], fenced, hasRevisions }: Judging): string | null {
  if (end === undefined) return "it was not read back";
  if (!end.complete) return end.reason ?? "it was read in part only";
  if (fenced?.acknowledged !== true || (hasRevisions && fenced.revision === null))
    return "there was no fence to read behind";
  // A number alone does not show that what it holds is not of before the fence: it may be the number of another write there.
  return fenced.valueHash !== null && end.fenceValueHash === fenced.valueHash
    ? null
    : "it does not hold the fence, so it was read before all had come to it";
}

/**
 * Whether the record explains that it is not complete: nobody took the fence, or this member took no write while it was to be read, or it
 * stayed behind the fence, or has come to its revision without it, which fails `members-agree`. Of one that served and was not read nobody knows why: the harness may have missed it.
 */
function gapOf(ledger: Ledger, nodes: readonly string[], judging: Judging): Gap {
  const { pass, node, ends, fenced } = judging;
  const [end] = ends;
  if (fenced === undefined) return pass === "after-restart" ? gapOfRestart(ledger) : "unexplained";
  if (contradicts(judging)) return "unexplained";
  const span = { fromMs: fenced.atMs, untilMs: end?.atMs ?? fenced.atMs };
  const isUnwell = fenced.acknowledged
    ? lacksFence(ledger, judging) ||
      tookNoWrite(ledger, node, span) ||
      (fenced.revision !== null && stayedBehind(ledger, node, fenced.revision, span))
    : nodes.every((one) => tookNoWrite(ledger, one, span));
  return gapOfMember(ledger, pass, isUnwell);
}

function lacksFence(ledger: Ledger, { ends: [end], fenced, node }: Judging): boolean {
  if (end?.reason !== FENCE_NOT_HELD || fenced?.acknowledged !== true || fenced.revision === null) return false;
  return cameTo(ledger, node, fenced.revision, { fromMs: fenced.atMs, untilMs: end.atMs });
}
