/**
 * Roles of a page that goes on from the one node of a dqlite cluster that is left, and from new machines in the places of the others. Bound
 * from what the nodes' folders say, never from what was injected (law 8).
 * Not its business: several nodes with a store, of which one is the better (good-data.ts).
 */
import type { RoleBinder } from "../cluster.ts";

/** `good`: the only node with a store. `new-1`, `new-2`...: those without one, by name. Where several have one, nobody is good. */
export const goodAndNew: RoleBinder = (views) => {
  const byName = views.toSorted((a, b) => (a.node < b.node ? -1 : 1));
  const withStore = byName.filter(({ stored }) => stored !== null).map(({ node }) => node);
  const [only, ...more] = withStore;
  const good = more.length === 0 ? (only ?? null) : null;
  const seen = withStore.length === 0 ? "no node has a store" : `with a store: ${withStore.join(", ")}`;
  return [
    { role: "good", node: good, because: seen },
    ...byName
      .filter(({ stored }) => stored === null)
      .map(({ node }, index) => ({ role: `new-${index + 1}`, node, because: `${node} has no store; ${seen}` })),
  ];
};
