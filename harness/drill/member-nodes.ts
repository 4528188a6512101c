/** Whose nodes are members now, by the rule that the judge applies to the record (measure/member-nodes.ts). */
import { memberNodes, startingNodes, type NodePlace } from "../measure/index.ts";
import type { ClusterNode } from "../system/index.ts";
import { viewsOf } from "./views.ts";
import type { Stage } from "./stage.ts";

/** The nodes of the stage, as the record has them. */
export function placesOf({ cluster }: Pick<Stage, "cluster">): readonly NodePlace[] {
  return cluster.nodes.map(({ name, peerUrl, startsAs }) => ({ node: name, peerUrl, startsAs }));
}

/** The nodes of the members that are listed now; those of the start when nobody tells a list. */
export async function membersNow(stage: Pick<Stage, "cluster" | "settings">): Promise<readonly ClusterNode[]> {
  const places = placesOf(stage);
  const names = memberNodes(await viewsOf(stage), places) ?? startingNodes(places);
  return stage.cluster.nodes.filter((node) => names.includes(node.name));
}
