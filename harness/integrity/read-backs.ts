/** What each member held when it was read back. Not its business: whether that is right (account.ts). */
import type { HeldKey, Ledger, ReadBackEndEntry, ReadBackPass, StateHash } from "../ledger/index.ts";

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

/** The read-back of each of these nodes in both passes, also of those that were never read. */
export function readBacks(ledger: Ledger, nodes: readonly string[]): readonly MemberReadBack[] {
  const fences = new Map<ReadBackPass, string | null>();
  const read = new Map<string, Recorded>();
  const recorded = (pass: ReadBackPass, node: string): Recorded => {
    const known = read.get(`${pass} ${node}`);
    if (known !== undefined) return known;
    const none: Recorded = { pages: [], ends: [] };
    read.set(`${pass} ${node}`, none);
    return none;
  };
  for (const entry of ledger.entries) {
    if (entry.kind === "fence") fences.set(entry.pass, entry.revision);
    else if (entry.kind === "read-back") recorded(entry.pass, entry.node).pages.push(entry.items);
    else if (entry.kind === "read-back-end") recorded(entry.pass, entry.node).ends.push(entry);
  }
  const heldIn = heldOnce();
  return PASSES.flatMap((pass) =>
    nodes.map((node) => {
      const { pages, ends } = recorded(pass, node);
      return memberReadBack({ pass, node, ends, pages, held: heldIn(pages), fence: fences.get(pass) ?? null });
    }),
  );
}

type Page = readonly HeldKey[];

/** What is on record of one member in one pass. */
interface Recorded {
  readonly pages: Page[];
  readonly ends: ReadBackEndEntry[];
}

/** Members that hold the same share one map where their pages are the very same ones, as the reader makes them. */
function heldOnce(): (pages: readonly Page[]) => ReadonlyMap<string, HeldKey> {
  const known: { readonly pages: readonly Page[]; readonly held: ReadonlyMap<string, HeldKey> }[] = [];
  return (pages) => {
    const same = known.find(
      (one) => one.pages.length === pages.length && one.pages.every((page, index) => page === pages[index]),
    );
    if (same !== undefined) return same.held;
    const held = new Map<string, HeldKey>();
    for (const page of pages) for (const item of page) held.set(item.key, item);
    known.push({ pages, held });
    return held;
  };
}

function memberReadBack({
  pass,
  node,
  ends,
  pages,
  held,
  fence,
}: Recorded & Pick<MemberReadBack, "pass" | "node" | "held"> & { readonly fence: string | null }): MemberReadBack {
  const items = pages.reduce((sum, page) => sum + page.length, 0);
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
