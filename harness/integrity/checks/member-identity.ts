/** Who a member is: its own id, and the id of the cluster that it belongs to. */
import type { ClusterProbeEntry } from "../../ledger/index.ts";

/** The identity of a node's member in one look at the cluster; null when it did not tell. */
export function memberIdentity(probe: ClusterProbeEntry, node: string): string | null {
  const view = probe.views.find((one) => one.node === node);
  if (view === undefined || view.memberId === null || view.clusterId === null) return null;
  return `member ${view.memberId} of cluster ${view.clusterId}`;
}
