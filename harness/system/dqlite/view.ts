/**
 * What one member says of itself and of its cluster, from what it knows alone: it is asked by dqlite's own protocol, since the
 * `dqlite` shell asks the node that it is given for the leader only, and puts every question to that one.
 */
import type { ListedMember, MemberView } from "../../ledger/index.ts";
import type { ClusterNode } from "../cluster.ts";
import { rowOfNoAnswer } from "../no-answer.ts";
import { peerUrlOf, placeOf } from "./addresses.ts";
import { ASK_LEADER, ASK_MEMBERS, askNode, type WireReply } from "./wire.ts";
import { leaderIn, membersIn, type WireMember } from "./wire-answers.ts";

type Place = Pick<ClusterNode, "name" | "peerUrl">;

/** Asks one member, on a connection of its own. Never throws. */
export async function viewMember(node: Place, timeoutMs: number): Promise<MemberView> {
  const reply = await askNode(placeOf(node.peerUrl), [ASK_LEADER, ASK_MEMBERS], timeoutMs);
  return viewIn(reply, node);
}

/** The view that a reply is. */
export function viewIn(reply: WireReply, node: Place): MemberView {
  const [leaderBody, membersBody] = reply.kind === "answers" ? reply.bodies : [];
  const leader = leaderBody === undefined ? null : leaderIn(leaderBody);
  const members = membersBody === undefined ? null : membersIn(membersBody);
  const answered = leader !== null || members !== null;
  return {
    node: node.name,
    answered,
    reason: answered ? null : reasonOf(reply),
    clusterId: null,
    memberId: members?.find(({ address }) => peerUrlOf(address) === node.peerUrl)?.id ?? null,
    leaderId: leader?.id ?? null,
    term: null,
    appliedIndex: null,
    revision: null,
    alarms: null,
    members: members === null ? null : members.map(listed),
    quotaBytes: null,
    stateHash: null,
    stored: null,
  };
}

/** dqlite lists neither names nor where clients are served. */
function listed({ address, id, role }: WireMember): ListedMember {
  return { memberId: id, name: "", peerUrls: [peerUrlOf(address)], clientUrls: [], isLearner: role !== "voter" };
}

function reasonOf(reply: WireReply): string {
  if (reply.kind === "answers") return "unreadable-answer";
  return reply.kind === "unreadable" ? (reply.said ?? "unreadable-answer") : rowOfNoAnswer(reply).reason;
}
