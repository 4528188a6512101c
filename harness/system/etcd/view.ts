/**
 * What one member says of itself and of its cluster, from what it knows alone: none of these calls needs a leader, and
 * none changes anything.
 */
import type { MemberView } from "../../ledger/index.ts";
import type { ViewOptions } from "../cluster.ts";
import { membersOf, statusOf, successOf } from "./answers.ts";
import type { Channel } from "./channel.ts";
import { quotaInMetrics } from "./metrics.ts";
import { rowOf } from "./outcome.ts";
import { RPC } from "./rpc.ts";
import { askHash } from "./state-hash.ts";

/**
 * Asks one member. A member that answers only in part is `answered`, with null for what it did not say; only one that
 * answers nothing is not. Never throws.
 */
export async function viewMember(
  channel: Pick<Channel, "call" | "page">,
  node: string,
  options: ViewOptions,
): Promise<MemberView> {
  const { hashAtRevision, timeoutMs } = options;
  const [status, list, hash] = await Promise.all([
    // Alarms come from here too: the alarm call goes through raft even to list them (server/etcdserver/v3_server.go, Alarm),
    // so it would neither work without a leader nor leave the log alone.
    channel.call(RPC.status, {}, timeoutMs),
    channel.call(RPC.memberList, { linearizable: false }, timeoutMs),
    hashAtRevision === undefined ? null : askHash(channel, hashAtRevision, timeoutMs),
  ]);
  const statusBody = successOf(status);
  const listBody = successOf(list);
  const said = statusBody === null ? null : statusOf(statusBody);
  const answered = said !== null || listBody !== null || hash?.answered === true;
  return {
    node,
    answered,
    reason: answered ? null : rowOf(status).reason,
    clusterId: said?.clusterId ?? null,
    memberId: said?.memberId ?? null,
    leaderId: said?.leaderId ?? null,
    term: said?.term ?? null,
    appliedIndex: said?.appliedIndex ?? null,
    revision: said?.revision ?? null,
    alarms: said?.alarms ?? null,
    members: listBody === null ? null : membersOf(listBody),
    quotaBytes: said === null ? null : (said.quotaBytes ?? (await quotaInMetrics(channel, timeoutMs))),
    stateHash: hash?.stateHash ?? null,
    // Each member tells all of this itself.
    stored: null,
  };
}
