/**
 * Whose nodes are members: those that the members list, which may be others than at the start. Live waiting and judging
 * both ask here, so that they cannot differ. Pure.
 */
import type { ClusterProbeEntry, LedgerEntry, MemberView, NodeEntry } from "../ledger/index.ts";
import { provesNothing } from "./proves-nothing.ts";

/** A node, where its member is listed, and whether it had one at the start. */
export type NodePlace = Pick<NodeEntry, "node" | "peerUrl" | "startsAs">;

/** The nodes on record, in the order in which they were made. */
export function nodePlaces(entries: readonly LedgerEntry[]): readonly NodePlace[] {
  const places = new Map<string, NodePlace>();
  for (const entry of entries) if (entry.kind === "node" && !places.has(entry.node)) places.set(entry.node, entry);
  return [...places.values()];
}

/** The nodes that had a member at the start. */
export function startingNodes(places: readonly NodePlace[]): readonly string[] {
  return places.filter((place) => place.startsAs === "member").map((place) => place.node);
}

/**
 * The nodes of all members that anybody lists: by the peer URL, or because the node's own member says that it is one of the
 * list (a wrong URL in the list must not take a member out of judgement). Null when nobody told a list.
 */
export function memberNodes(views: readonly MemberView[], places: readonly NodePlace[]): readonly string[] | null {
  const listed = views.flatMap((view) => (view.answered ? (view.members ?? []) : []));
  if (listed.length === 0) return null;
  const urls = new Set(listed.flatMap((member) => member.peerUrls));
  const ids = new Set(listed.map((member) => member.memberId));
  const ownIds = new Map(views.map((view) => [view.node, view.memberId]));
  return places
    .filter(({ node, peerUrl }) => urls.has(peerUrl) || ids.has(ownIds.get(node) ?? ""))
    .map((place) => place.node);
}

/** The members' nodes by the last look that told a list; those of the start where none did. */
export function memberNodesAfter(looks: readonly ClusterProbeEntry[], places: readonly NodePlace[]): readonly string[] {
  for (const look of looks.toReversed()) {
    const nodes = provesNothing(look) ? null : memberNodes(look.views, places);
    if (nodes !== null) return nodes;
  }
  return startingNodes(places);
}
