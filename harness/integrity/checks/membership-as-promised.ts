/** Check: the members are those that the page promises. */
import type { ClusterProbeEntry, ListedMember, MemberView, NodeEntry } from "../../ledger/index.ts";
import { failed, inconclusive, passed, type Check, type PlanOf } from "../check.ts";
import { pick } from "../evidence.ts";

type Promise = PlanOf<"membership-as-promised">;

/** Judged by the last look at the cluster before the read-back; what one member lists against the promise proves a violation. */
export const membershipAsPromisedCheck: Check<"membership-as-promised"> = {
  id: "membership-as-promised",
  title: "Membership as promised",
  proves:
    "After the recovery every member lists the promised voters with their nodes' names and addresses, in the promised cluster.",
  source: {
    address: "https://etcd.io/docs/v3.6/op-guide/runtime-configuration/",
    fact: "A lost member stays in the list and counts for the quorum until it is removed, and a member with a wrong address breaks others or the clients that take their endpoints from the list.",
  },
  judge: ({ ledger, recovery, timeline, all, nodes }, promise) => {
    const { injectedAtMs, runbookStartedAtMs, runbookEndedAtMs } = timeline;
    if (injectedAtMs === null) return inconclusive("No fault was injected.");
    // While the page is being followed, or convergence is awaited, members may still be on their way.
    if (!recovery.waitEnded || (runbookStartedAtMs !== null && runbookEndedAtMs === null)) {
      return inconclusive("The record ends before the recovery was decided.");
    }
    const fromMs = runbookEndedAtMs ?? injectedAtMs;
    const probe = pick(recovery.watched, "cluster-probe").findLast((entry) => entry.sentAtMs >= fromMs);
    if (probe === undefined) return inconclusive("Nobody looked at the cluster after the page.");
    const before = clusterIdOf(pick(ledger.entries, "cluster-probe").findLast((entry) => entry.atMs <= injectedAtMs));
    const answers = probe.views.filter((view) => view.answered);
    const flaws = answers.flatMap((view) => membershipFlaws(view, promise, all("node"), before));
    if (flaws.length > 0) return failed("The members are not those that the page promises.", flaws);
    const silent = nodes.filter((node) => answers.every((view) => view.node !== node || view.members === null));
    if (silent.length > 0) return inconclusive(`No member list was had from ${silent.join(", ")}.`);
    if (nodes.length === 0 || before === null || answers.some((view) => view.clusterId === null)) {
      return inconclusive("The cluster ids before and after are not both known.");
    }
    return passed(
      `Every member lists ${promise.voters} voters with their nodes' names and addresses; the cluster id has been ${promise.clusterId}.`,
    );
  },
};

function membershipFlaws(
  view: MemberView,
  promise: Promise,
  nodes: readonly NodeEntry[],
  before: string | null,
): readonly string[] {
  const flaws: string[] = [];
  const { node, members, clusterId } = view;
  if (clusterId !== null && before !== null && (clusterId === before) !== (promise.clusterId === "kept")) {
    flaws.push(`${node}: the cluster id was ${before} and is ${clusterId}; it should have been ${promise.clusterId}`);
  }
  if (members === null) return flaws;
  const voters = members.filter((member) => !member.isLearner);
  if (voters.length !== promise.voters) flaws.push(`${node} lists ${voters.length} voters, not ${promise.voters}`);
  if (voters.length !== members.length) flaws.push(`${node} lists ${members.length - voters.length} learner(s)`);
  const listed = members.map((member) =>
    member.peerUrls.length === 1 ? (member.peerUrls[0] ?? "") : member.peerUrls.join(" "),
  );
  for (const [index, url] of listed.entries()) {
    const name = members[index]?.name ?? "";
    const promised = nodes.find((entry) => entry.peerUrl === url);
    if (promised === undefined)
      flaws.push(`${node} lists member ${name} at "${url}", which is the peer address of no node`);
    else if (listed.indexOf(url) !== index) flaws.push(`${node} lists two members at ${url}`);
    if (promised !== undefined) flaws.push(...ownWordFlaws(node, members[index], promised));
  }
  const own = members.find((member) => member.memberId === view.memberId);
  const ownUrl = nodes.find((entry) => entry.node === node)?.peerUrl;
  if (own !== undefined && !own.peerUrls.includes(ownUrl ?? "")) flaws.push(`${node} is not listed at its own address`);
  return flaws;
}

/**
 * A client that takes its endpoints from the member list (`--endpoints` synced, `etcdctl --cluster`) goes where the member
 * says that it is: one that advertises localhost or another node breaks that client, though its peers find it.
 */
function ownWordFlaws(by: string, member: ListedMember | undefined, promised: NodeEntry): readonly string[] {
  if (member === undefined) return [];
  const flaws: string[] = [];
  if (member.name !== promised.node) {
    flaws.push(`${by} lists the member at ${promised.peerUrl} by the name "${member.name}", not ${promised.node}`);
  }
  if (member.clientUrls.length !== 1 || member.clientUrls[0] !== promised.clientUrl) {
    flaws.push(
      `${by} lists ${promised.node} with the client URLs "${member.clientUrls.join(" ")}", not ${promised.clientUrl}`,
    );
  }
  return flaws;
}

/** The cluster id on which all members agreed; null when they did not or nobody told. */
function clusterIdOf(probe: ClusterProbeEntry | undefined): string | null {
  const ids = new Set(probe?.views.map((view) => view.clusterId));
  return ids.size === 1 ? ([...ids][0] ?? null) : null;
}
