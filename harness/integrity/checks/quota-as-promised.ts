/** Check: every member lets its database grow as far as the page promises. */
import type { ClusterProbeEntry } from "../../ledger/index.ts";
import { failed, inconclusive, passed, type Check } from "../check.ts";
import type { Evidence } from "../evidence.ts";
import { notHeard, quietStretches } from "./quiet-looks.ts";

/** Compared node by node, a member on a new node with what all had before: the page starts members anew, and a flag that it forgets gives them the default. */
export const quotaAsPromisedCheck: Check<"quota-as-promised"> = {
  id: "quota-as-promised",
  title: "Quota as promised",
  proves:
    "After the recovery and after the restart every node's member tells the database quota of before the fault, or a higher one where the page raises it.",
  source: {
    address: "https://etcd.io/docs/v3.6/op-guide/maintenance/",
    fact: "The space quota is a flag of each member (2 GB unless given): one that is started anew without it raises an alarm for the whole cluster far earlier.",
  },
  judge: (evidence, { quota }) => {
    const { injectedAtMs } = evidence.timeline;
    const probes = evidence.all("cluster-probe");
    const before = probes.findLast((one) => one.atMs <= (injectedAtMs ?? -Infinity));
    const changed = quietStretches(evidence).flatMap(({ when, looks }) =>
      evidence.nodes.flatMap((node) => {
        const [was, is] = [quotaBefore(evidence, before, node), quotaOf(looks.at(-1), node)];
        if (was === null || is === null || isKept(quota, was, is)) return [];
        return [`${when}: ${node} had ${was} bytes and has ${is}`];
      }),
    );
    if (changed.length > 0) return failed(BROKEN[quota], changed);
    if (injectedAtMs === null) return inconclusive("No fault was injected.");
    const unknown = evidence.nodes.filter((node) => quotaBefore(evidence, before, node) === null);
    if (unknown.length > 0) return inconclusive(`The quota of ${unknown.join(", ")} before the fault is not known.`);
    const what = quota === "kept" ? "the quota that they had" : "a higher quota than they had";
    return (
      notHeard(evidence, (view) => view.quotaBytes !== null) ??
      passed(`All ${evidence.nodes.length} members have ${what} before the fault.`)
    );
  },
};

const BROKEN = {
  kept: "A member has another quota than before the fault.",
  raised: "A member's quota was not raised.",
} as const;

function isKept(promised: "kept" | "raised", was: string, is: string): boolean {
  return promised === "kept" ? was === is : BigInt(is) > BigInt(was);
}

/** Of a node that had no member, the quota that all members had; null where they differed. */
function quotaBefore({ startingNodes }: Evidence, before: ClusterProbeEntry | undefined, node: string): string | null {
  if (startingNodes.includes(node)) return quotaOf(before, node);
  const all = new Set(startingNodes.map((one) => quotaOf(before, one)));
  return all.size === 1 ? ([...all][0] ?? null) : null;
}

function quotaOf(look: ClusterProbeEntry | undefined, node: string): string | null {
  return look?.views.find((view) => view.node === node)?.quotaBytes ?? null;
}
