/**
 * What one member says of itself and of its cluster, from what it knows alone: none of these calls needs a leader, and
 * none changes anything.
 */
import type { MemberView, StateHash } from "../../ledger/index.ts";
import type { ViewOptions } from "../cluster.ts";
import { hashOf, membersOf, statusOf, successOf } from "./answers.ts";
import type { PageGateway } from "./gateway.ts";
import { quotaInMetrics } from "./metrics.ts";
import { rowOf } from "./outcome.ts";

/** Another way to a member's hash at a revision, for versions whose gateway has no path for it. */
export type OtherHash = (revision: string, timeoutMs: number) => Promise<StateHash | null>;

/**
 * Asks one member. A member that answers only in part is `answered`, with null for what it did not say; only one that
 * answers nothing is not. Never throws.
 */
export async function viewMember(
  gateway: PageGateway,
  node: string,
  options: ViewOptions,
  otherHash: OtherHash = async () => Promise.resolve(null),
): Promise<MemberView> {
  const { hashAtRevision, timeoutMs } = options;
  const [status, list, hash] = await Promise.all([
    // Alarms come from here too: the alarm call goes through raft even to list them (server/etcdserver/v3_server.go, Alarm),
    // so it would neither work without a leader nor leave the log alone.
    gateway.call("/v3/maintenance/status", {}, timeoutMs),
    gateway.call("/v3/cluster/member/list", { linearizable: false }, timeoutMs),
    hashAtRevision === undefined
      ? null
      : gateway.call("/v3/maintenance/hashkv", { revision: hashAtRevision }, timeoutMs),
  ]);
  const statusBody = successOf(status);
  const listBody = successOf(list);
  const hashBody = hash === null ? null : successOf(hash);
  const said = statusBody === null ? null : statusOf(statusBody);
  const answered = said !== null || listBody !== null || hashBody !== null;
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
    quotaBytes: said === null ? null : (said.quotaBytes ?? (await quotaInMetrics(gateway, timeoutMs))),
    stateHash: await hashFrom(),
  };

  async function hashFrom(): Promise<StateHash | null> {
    if (hash === null || hashAtRevision === undefined) return null;
    if (hashBody !== null) return hashOf(hashBody, hashAtRevision);
    const hasNoPath = hash.kind === "unreadable" && hash.status === 404;
    return hasNoPath ? otherHash(hashAtRevision, timeoutMs) : null;
  }
}
