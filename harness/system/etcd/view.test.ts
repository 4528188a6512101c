import { describe, expect, test } from "vitest";
import type { Channel } from "./channel.ts";
import type { Message } from "./message.ts";
import type { Reply } from "./reply.ts";
import { RPC } from "./rpc.ts";
import { viewMember } from "./view.ts";

const answer = (body: Message): Reply => ({ kind: "answer", body });
const header = { cluster_id: "18446744073709551615", member_id: "9", revision: "7", raft_term: "2" };
const STATUS = answer({ header, leader: "9", raftTerm: "2", raftAppliedIndex: "12", dbSizeQuota: "2147483648" });
const LIST = answer({
  header,
  members: [
    { ID: "9", name: "n1", peerURLs: ["p"], clientURLs: ["c"] },
    { ID: "8", isLearner: true },
  ],
});
const HASH = answer({ header, hash: 77, compact_revision: "-1" });

interface Replies {
  readonly status?: Reply;
  readonly list?: Reply;
  readonly hash?: Reply;
  readonly metrics?: string;
}

function member(replies: Replies): Pick<Channel, "call" | "page"> {
  const silent: Reply = { kind: "deadline" };
  return {
    call: async (rpc) => {
      if (rpc === RPC.status) return replies.status ?? silent;
      return (rpc === RPC.memberList ? replies.list : replies.hash) ?? silent;
    },
    page: async (path) => (path === "/metrics" ? (replies.metrics ?? null) : null),
  };
}

describe("a view", () => {
  test("of a member that says everything", async () => {
    const channel = member({ status: STATUS, list: LIST, hash: HASH });
    expect(await viewMember(channel, "n1", { timeoutMs: 1, hashAtRevision: "5" })).toEqual({
      node: "n1",
      answered: true,
      reason: null,
      clusterId: "18446744073709551615",
      memberId: "9",
      leaderId: "9",
      term: "2",
      appliedIndex: "12",
      revision: "7",
      alarms: [],
      members: [
        { memberId: "9", name: "n1", peerUrls: ["p"], clientUrls: ["c"], isLearner: false },
        { memberId: "8", name: "", peerUrls: [], clientUrls: [], isLearner: true },
      ],
      quotaBytes: "2147483648",
      stateHash: { revision: "5", compactRevision: "-1", hash: "77" },
      stored: null,
    });
  });

  test.each([{ leader: "0" }, {}])("without a leader: %j", async (leader) => {
    const view = await viewMember(
      member({ status: answer({ header, ...leader, errors: ["etcdserver: no leader"] }) }),
      "n1",
      { timeoutMs: 1 },
    );
    expect(view).toMatchObject({ answered: true, memberId: "9", leaderId: null, alarms: ["etcdserver: no leader"] });
  });

  test("with alarms, of whichever member", async () => {
    const errors = ["memberID:10276657743932975437 alarm:NOSPACE ", "alarm:CORRUPT "];
    const view = await viewMember(member({ status: answer({ header, errors }) }), "n1", { timeoutMs: 1 });
    expect(view.alarms).toEqual(["NOSPACE", "CORRUPT"]);
  });

  test("of a member that answers in part: null is what it did not say", async () => {
    const view = await viewMember(member({ list: LIST }), "n1", { timeoutMs: 1 });
    expect(view).toMatchObject({
      answered: true,
      reason: null,
      memberId: null,
      leaderId: null,
      alarms: null,
      revision: null,
      quotaBytes: null,
    });
    expect(view.members).toHaveLength(2);
    expect(await viewMember(member({ status: STATUS }), "n1", { timeoutMs: 1, hashAtRevision: "5" })).toMatchObject({
      members: null,
      quotaBytes: "2147483648",
      stateHash: null,
      stored: null,
    });
  });

  test.each([
    ["# TYPE etcd_server_quota_backend_bytes gauge\netcd_server_quota_backend_bytes 2.147483648e+09\n", "2147483648"],
    ["etcd_server_quota_backend_bytes 1.6777216e+07\n", "16777216"],
    ["etcd_server_quota_low_boltdb 1\n", null],
    ["etcd_server_quota_backend_bytes 0\n", null],
    ["etcd_server_quota_backend_bytes NaN\n", null],
    [undefined, null],
  ])("of a member before 3.6, whose quota stands in its metrics: %j", async (metrics, quotaBytes) => {
    const replies = { status: answer({ header, leader: "9" }), ...(metrics === undefined ? {} : { metrics }) };
    expect((await viewMember(member(replies), "n1", { timeoutMs: 1 })).quotaBytes).toBe(quotaBytes);
  });

  test("of a member that answers nothing, or nothing that can be read", async () => {
    expect(await viewMember(member({}), "n1", { timeoutMs: 1 })).toMatchObject({
      answered: false,
      reason: "deadline",
      alarms: null,
    });
    expect(await viewMember(member({ status: answer({}) }), "n1", { timeoutMs: 1 })).toMatchObject({
      answered: false,
      reason: "unreadable-answer",
    });
    const noList = await viewMember(
      member({ status: STATUS, list: answer({ header, members: [{ name: "n1" }] }) }),
      "n1",
      { timeoutMs: 1 },
    );
    expect(noList).toMatchObject({ answered: true, members: null });
  });
});
