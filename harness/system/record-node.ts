/** What is put on record of a node when its cluster is made. */
import type { ClusterNode, ProvisionOptions } from "./cluster.ts";

/** Records the node with its addresses. */
export function recordNode(
  { clientUrl, machine, name, peerUrl, startsAs }: ClusterNode,
  { recorder, run }: Pick<ProvisionOptions, "recorder" | "run">,
): void {
  const { address } = machine;
  recorder.record({ kind: "node", atMs: run.clock.nowMs(), node: name, address, clientUrl, peerUrl, startsAs });
}
