/**
 * Roles of a page that recovers a cluster from its only member left. Bound from what the members say, never from what
 * was injected (law 8).
 */
import type { MemberView } from "../../ledger/index.ts";
import type { RoleBinder } from "../cluster.ts";

/**
 * `survivor`: the only node whose member still answers for itself; if none does, or more than one, it stays unbound.
 * `replacement-1`, `replacement-2`...: the other nodes, in the order of their names.
 */
export const survivorAndReplacements: RoleBinder = (views) => {
  const answering = views.filter(answersForItself);
  const [survivor] = answering;
  if (survivor === undefined || answering.length > 1) {
    const because =
      survivor === undefined
        ? `no member answers: ${views.map(describe).join(", ")}`
        : `more than one member answers: ${answering.map((view) => view.node).join(", ")}`;
    return [
      { role: "survivor", node: null, because },
      ...views.slice(1).map((_, index) => ({ role: `replacement-${index + 1}`, node: null, because })),
    ];
  }
  const others = views.filter((view) => view !== survivor).sort((a, b) => (a.node < b.node ? -1 : 1));
  return [
    {
      role: "survivor",
      node: survivor.node,
      because: `only ${survivor.node} answers; ${others.map(describe).join(", ")}`,
    },
    ...others.map((view, index) => ({ role: `replacement-${index + 1}`, node: view.node, because: describe(view) })),
  ];
};

/** It says which member it is, not only that something listens. */
function answersForItself(view: MemberView): boolean {
  return view.answered && view.memberId !== null;
}

function describe(view: MemberView): string {
  if (answersForItself(view)) return `${view.node} answers`;
  return `${view.node} does not answer (${view.reason ?? "it does not say which member it is"})`;
}
