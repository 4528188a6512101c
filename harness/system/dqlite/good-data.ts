/**
 * Roles of a page that copies the store of one node over the others: which node it takes for the good one, and which is behind. Bound
 * from what the nodes' folders say, never from what was injected (law 8).
 * Not its business: reading folders (stored.ts).
 */
import type { MemberView } from "../../ledger/index.ts";
import type { RoleBinder, RoleBinding } from "../cluster.ts";

/**
 * How people find the good node.
 *
 * - `names`: by the highest number in a file's name, as somebody does who lists the folders; where that is the same, by the time at which a
 *   file was written last, which stands beside it. What lies in open segments has no such number, and damage has no sign.
 * - `log`: by the last term and index in the files, among folders that are whole.
 * - `mistaken`: an operator takes the folder for the good one whose log ends first.
 */
export type GoodBy = "names" | "log" | "mistaken";

/** A node with what it is ranked by, the highest first. */
interface Ranked {
  readonly view: MemberView;
  readonly rank: readonly bigint[];
  readonly says: string;
}

/**
 * `good`: the node whose store is copied. `behind`: of the others the one that is furthest behind, by the same look. `other`: the
 * third one. Where two rank the same, the first by name comes first. Nobody is good where no node has a store.
 */
export function goodAndBehind(by: GoodBy): RoleBinder {
  return (views) => {
    const ranked = views
      .map((view): Ranked => ({ view, ...rankOf(view, by) }))
      .toSorted((a, b) => compare(b.rank, a.rank) || (a.view.node < b.view.node ? -1 : 1));
    const withStore = ranked.filter(({ view }) => view.stored !== null);
    const good = by === "mistaken" ? withStore.at(-1) : withStore[0];
    const others = ranked.filter((one) => one !== good);
    const behind = others.at(-1);
    const seen = ranked.map(({ says, view }) => `${view.node} ${says}`).join(", ");
    const bind = (role: string, node: string | null, why: string): RoleBinding => ({
      role,
      node,
      because: `${why}: ${seen}`,
    });
    return [
      bind("good", good?.view.node ?? null, good === undefined ? "no node has a store" : WHY_GOOD[by]),
      bind("behind", behind?.view.node ?? null, "of the others it ends first"),
      ...others
        .filter((one) => one !== behind)
        .map(({ view }, index) =>
          bind(index === 0 ? "other" : `other-${index + 1}`, view.node, "the one that is left"),
        ),
    ];
  };
}

const WHY_GOOD: Readonly<Record<GoodBy, string>> = {
  names: "the highest number in a file's name",
  log: "the last entry, by term and index, of a store that is whole",
  mistaken: "taken for the good one by mistake: its log ends first",
};

function rankOf({ stored }: MemberView, by: GoodBy): Omit<Ranked, "view"> {
  if (stored === null) return { rank: [-1n], says: "has no store" };
  const { flaws, lastIndex, lastTerm, namedIndex, writtenAtUnixMs } = stored;
  if (by === "names") {
    const written = writtenAtUnixMs === null ? "never" : `at ${(writtenAtUnixMs / 1000).toFixed(6)} s (Unix time)`;
    return {
      // To the microsecond: what a Date holds is too coarse for stores that stop within one.
      rank: [BigInt(namedIndex ?? 0), BigInt(Math.round((writtenAtUnixMs ?? 0) * 1000))],
      says: `has ${namedIndex ?? "no number"} in its names and was written ${written}`,
    };
  }
  const end = `ends at term ${lastTerm ?? "unknown"}, index ${lastIndex ?? "unknown"}`;
  const isWhole = flaws.length === 0 && lastTerm !== null && lastIndex !== null;
  return {
    rank: isWhole ? [1n, BigInt(lastTerm), BigInt(lastIndex)] : [0n],
    says: flaws.length === 0 ? end : `${end}, and is damaged`,
  };
}

function compare(a: readonly bigint[], b: readonly bigint[]): number {
  for (const [index, one] of a.entries()) {
    const other = b[index] ?? -1n;
    if (one !== other) return one > other ? 1 : -1;
  }
  return a.length - b.length;
}
