/** Who leads, by what the members say when they are asked one by one. */
import { DrillError } from "../core/index.ts";
import type { MemberView } from "../ledger/index.ts";
import type { ClusterNode } from "../system/index.ts";

/**
 * The node whose member leads, as every member that answers says.
 * @param what that is to be the leader, for the message.
 * @throws DrillError `harness` when they do not agree on one.
 */
export function leaderAmong(nodes: readonly ClusterNode[], views: readonly MemberView[], what: string): ClusterNode {
  const named = new Set(views.flatMap((view) => (view.answered ? [view.leaderId] : [])));
  const leading = views.find(leadsItself);
  const leader = nodes.find((node) => node.name === leading?.node);
  if (leader !== undefined && named.size === 1) return leader;
  const said = views.map((view) => `${view.node}: ${view.leaderId ?? "no leader"}`).join(", ");
  throw new DrillError(
    "harness",
    "fault",
    `${what} is to be the leader, but the members do not agree on one (${said}); arm the fault in steady state`,
  );
}

/** Says of itself, with an id, that it is the leader. */
export function leadsItself(view: MemberView): boolean {
  return view.answered && view.memberId !== null && view.memberId === view.leaderId;
}
