/** Which members are lost so that one is left that has no majority. */
import { DrillError } from "../core/index.ts";
import type { ClusterNode } from "../system/index.ts";

/** Those that are lost; there is at least one. */
export type LostMajority = readonly [ClusterNode, ...ClusterNode[]];

/**
 * So many members that those left are no majority, the survivor not among them, in the order of the nodes: of three two, of two
 * one. A spare has no member to lose.
 * @throws DrillError `harness` when nobody else can be lost, because the cluster has one member.
 */
export function majorityWithout(nodes: readonly ClusterNode[], survivor: ClusterNode): LostMajority {
  const members = nodes.filter((node) => node.startsAs === "member");
  const quorum = Math.floor(members.length / 2) + 1;
  const [first, ...others] = members.filter((node) => node !== survivor).slice(0, members.length - quorum + 1);
  if (first !== undefined) return [first, ...others];
  throw new DrillError("harness", "fault", "of one member none can be lost and one survive; use two or more");
}
