/** Check: every member lets its database grow as far as before. */
import type { ClusterProbeEntry } from "../../ledger/index.ts";
import { failed, inconclusive, passed, type Check } from "../check.ts";
import { pick, type Evidence } from "../evidence.ts";
import { notHeard, quietStretches } from "./quiet-looks.ts";

/** Compared node by node, a member on a new node with what all had before: the page starts members anew, and a flag that it forgets gives them the default. */
export const quotaAsBeforeCheck: Check<"quota-as-before"> = {
  id: "quota-as-before",
  title: "Quota as before",
  proves:
    "Every node's member tells the same database quota after the recovery and after the restart as before the fault.",
  source: {
    address: "https://etcd.io/docs/v3.6/op-guide/maintenance/",
    fact: "The space quota is a flag of each member (2 GB unless given): one that is started anew without it raises an alarm for the whole cluster far earlier.",
  },
  judge: (evidence) => {
    const { injectedAtMs } = evidence.timeline;
    const probes = pick(evidence.ledger.entries, "cluster-probe");
    const before = probes.findLast((one) => one.atMs <= (injectedAtMs ?? -Infinity));
    const changed = quietStretches(evidence).flatMap(({ when, looks }) =>
      evidence.nodes.flatMap((node) => {
        const [was, is] = [quotaBefore(evidence, before, node), quotaOf(looks.at(-1), node)];
        return was === null || is === null || was === is ? [] : [`${when}: ${node} had ${was} bytes and has ${is}`];
      }),
    );
    if (changed.length > 0) return failed("A member has another quota than before the fault.", changed);
    const unheard = notHeard(evidence, (view) => view.quotaBytes !== null);
    if (unheard !== null) return unheard;
    const unknown = evidence.nodes.filter((node) => quotaBefore(evidence, before, node) === null);
    if (unknown.length > 0) return inconclusive(`The quota of ${unknown.join(", ")} before the fault is not known.`);
    return passed(`All ${evidence.nodes.length} members have the quota that they had before the fault.`);
  },
};

/** Of a node that had no member, the quota that all members had; null where they differed. */
function quotaBefore({ startingNodes }: Evidence, before: ClusterProbeEntry | undefined, node: string): string | null {
  if (startingNodes.includes(node)) return quotaOf(before, node);
  const all = new Set(startingNodes.map((one) => quotaOf(before, one)));
  return all.size === 1 ? ([...all][0] ?? null) : null;
}

function quotaOf(look: ClusterProbeEntry | undefined, node: string): string | null {
  return look?.views.find((view) => view.node === node)?.quotaBytes ?? null;
}
