/** What every node's member says now, asked one by one. */
import type { MemberView } from "../ledger/index.ts";
import type { Stage } from "./stage.ts";

/** A fresh view of every node. */
export async function viewsOf(stage: Pick<Stage, "cluster" | "settings">): Promise<readonly MemberView[]> {
  const timeoutMs = stage.settings.clusterProbeTimeoutMs;
  return Promise.all(stage.cluster.nodes.map(async (node) => stage.cluster.view(node.name, { timeoutMs })));
}
