/** Check: the members are those that the page promises. */
import type { ListedMember, MemberView, NodeEntry, StoreLacks } from "../../ledger/index.ts";
import { failed, inconclusive, passed, type Check, type PlanOf } from "../check.ts";
import { pick } from "../evidence.ts";
import { gapOfMember, tookNoWrite } from "../gaps.ts";

type Promise = PlanOf<"membership-as-promised">;

/** Judged by the last look at the cluster before the read-back; what one member lists against the promise proves a violation. */
export const membershipAsPromisedCheck: Check<"membership-as-promised"> = {
  id: "membership-as-promised",
  title: "Membership as promised",
  proves:
    "After the recovery every member lists the promised voters and nobody else, with their nodes' names and addresses.",
  source: {
    address: "https://etcd.io/docs/v3.6/op-guide/runtime-configuration/",
    fact: "A lost member stays in the list and counts for the quorum until it is removed, and a member with a wrong address breaks others or the clients that take their endpoints from the list.",
  },
  judge: ({ recovery, timeline, all, lacks, ledger, nodes, places }, promise) => {
    const { injectedAtMs, runbookStartedAtMs, runbookEndedAtMs } = timeline;
    if (injectedAtMs === null) return inconclusive("No fault was injected.");
    // While the page is being followed, or convergence is awaited, members may still be on their way.
    if (!recovery.waitEnded || (runbookStartedAtMs !== null && runbookEndedAtMs === null)) {
      return inconclusive("The record ends before the recovery was decided.");
    }
    const fromMs = runbookEndedAtMs ?? injectedAtMs;
    const probe = pick(recovery.watched, "cluster-probe").findLast((entry) => entry.sentAtMs >= fromMs);
    if (probe === undefined) return inconclusive("Nobody looked at the cluster after the page.");
    const isOnRecord = (node: string): boolean => places.some((place) => place.node === node);
    const answers = probe.views.filter((view) => view.answered);
    const flaws = answers.flatMap((view) => [
      ...countFlaws(view, promise),
      // What is listed is compared with the nodes: that is proof only when all of them are on record.
      ...(probe.views.every(({ node }) => isOnRecord(node)) ? addressFlaws(view, all("node"), lacks) : []),
    ]);
    if (flaws.length > 0) return failed("The members are not those that the page promises.", flaws);
    const silent = nodes.filter((node) => answers.every((view) => view.node !== node || view.members === null));
    if (nodes.length === 0 || probe.views.some(({ node }) => !isOnRecord(node))) {
      return inconclusive("Not every node is on record.");
    }
    if (silent.length > 0) {
      const span = { fromMs: probe.sentAtMs, untilMs: probe.atMs };
      const gaps = silent.map((node) => gapOfMember(ledger, "after-convergence", tookNoWrite(ledger, node, span)));
      return inconclusive(`No member list was had from ${silent.join(", ")}.`, [], gaps);
    }
    return passed(`Every member lists ${promise.voters} voters with their nodes' names and addresses.`);
  },
};

function countFlaws({ node, members }: MemberView, promise: Promise): readonly string[] {
  const voters = members?.filter((member) => !member.isLearner).length ?? promise.voters;
  return voters === promise.voters ? [] : [`${node} lists ${voters} voters, not ${promise.voters}`];
}

function addressFlaws(view: MemberView, nodes: readonly NodeEntry[], lacks: StoreLacks): readonly string[] {
  const flaws: string[] = [];
  const { node, members } = view;
  if (members === null) return flaws;
  const listed = members.map((member) =>
    member.peerUrls.length === 1 ? (member.peerUrls[0] ?? "") : member.peerUrls.join(" "),
  );
  for (const [index, url] of listed.entries()) {
    const name = members[index]?.name ?? "";
    const promised = nodes.find((entry) => entry.peerUrl === url);
    if (promised === undefined)
      flaws.push(`${node} lists member ${name} at "${url}", which is the peer address of no node`);
    else if (listed.indexOf(url) !== index) flaws.push(`${node} lists two members at ${url}`);
    if (promised !== undefined && lacks["member-names"] === undefined)
      flaws.push(...ownWordFlaws(node, members[index], promised));
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
