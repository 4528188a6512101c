/** Who a member is: its own id, and the id of the cluster that it belongs to. */
import type { ClusterProbeEntry, StoreLacks } from "../../ledger/index.ts";

/**
 * The identity of a node's member in one look at the cluster; null when it did not tell.
 * @param lacks what no member of this store tells: where clusters have no ids a member is who its own id says.
 */
export function memberIdentity(probe: ClusterProbeEntry, node: string, lacks: StoreLacks): string | null {
  const view = probe.views.find((one) => one.node === node);
  if (view === undefined || view.memberId === null) return null;
  if (view.clusterId !== null) return `member ${view.memberId} of cluster ${view.clusterId}`;
  return lacks["cluster-id"] === undefined ? null : `member ${view.memberId}`;
}
