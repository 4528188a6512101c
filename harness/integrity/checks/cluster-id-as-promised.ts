/** Check: the cluster's id is the old one or a new one, as the page says. */
import type { ClusterProbeEntry } from "../../ledger/index.ts";
import { failed, inconclusive, passed, type Check } from "../check.ts";
import { notHeard, quietStretches } from "./quiet-looks.ts";

/** One member with the wrong id proves it. The id of before is the one on which all members agreed. */
export const clusterIdAsPromisedCheck: Check<"cluster-id-as-promised"> = {
  id: "cluster-id-as-promised",
  title: "Cluster id as promised",
  proves:
    "After the recovery and after the restart every member tells the cluster id of before, or another one, as the page promises.",
  source: {
    address: "https://etcd.io/docs/v3.6/op-guide/recovery/",
    fact: "A restore from a snapshot makes a new logical cluster with ids of its own, so that no old member can talk to it; a member that is forced on its own data keeps them.",
  },
  judge: (evidence, promise) => {
    const { injectedAtMs } = evidence.timeline;
    const before = agreedId(
      evidence.startingNodes,
      evidence.all("cluster-probe").findLast((one) => one.atMs <= (injectedAtMs ?? -Infinity)),
    );
    const wrong = quietStretches(evidence).flatMap(({ when, looks }) =>
      (looks.at(-1)?.views ?? []).flatMap(({ node, clusterId }) =>
        before === null || clusterId === null || (clusterId === before) === (promise.clusterId === "kept")
          ? []
          : [
              `${when}: ${node} was in cluster ${before} and is in ${clusterId}; it should have been ${promise.clusterId}`,
            ],
      ),
    );
    if (wrong.length > 0) return failed("The cluster id is not what the page promises.", wrong);
    if (injectedAtMs === null) return inconclusive("No fault was injected.");
    if (before === null) return inconclusive("The cluster id before the fault is not known.");
    return (
      notHeard(evidence, (view) => view.clusterId !== null) ??
      passed(`The cluster id has been ${promise.clusterId}, as every member tells.`)
    );
  },
};

/** The cluster id on which all members agreed; null when they did not or one did not tell. */
function agreedId(nodes: readonly string[], look: ClusterProbeEntry | undefined): string | null {
  const ids = new Set(look?.views.filter((view) => nodes.includes(view.node)).map((view) => view.clusterId));
  return ids.size === 1 ? ([...ids][0] ?? null) : null;
}
