import { expect, test } from "vitest";
import { readWatchLine, type WatchLine } from "./watch-messages.ts";

const header = { cluster_id: "1", member_id: "2", revision: "7", raft_term: "2" };
const nothing = {
  kind: "message",
  created: false,
  cancelled: false,
  cancelReason: "",
  compactRevision: null,
  revision: "7",
  events: [],
} as const;
const key = Buffer.from("drillbook/key/ä").toString("base64");

/** As etcd 3.6.14's gateway writes them. */
test.each<readonly [string, object, WatchLine]>([
  ["created", { result: { header, created: true } }, { ...nothing, created: true }],
  [
    "a put, whose type is left out, and a delete",
    {
      result: {
        header,
        events: [
          { kv: { key, create_revision: "5", mod_revision: "9007199254740993", version: "1", value: "MQ==" } },
          { type: "DELETE", kv: { key, mod_revision: "9007199254740994" } },
        ],
      },
    },
    {
      ...nothing,
      events: [
        { op: "put", key: "drillbook/key/ä", revision: "9007199254740993" },
        { op: "delete", key: "drillbook/key/ä", revision: "9007199254740994" },
      ],
    },
  ],
  [
    "the wanted revisions are compacted",
    { result: { header: { ...header, revision: undefined }, canceled: true, compact_revision: "4" } },
    { ...nothing, revision: null, cancelled: true, cancelReason: "compacted up to revision 4", compactRevision: "4" },
  ],
  [
    "cancelled for another reason",
    { result: { header, canceled: true, cancel_reason: "etcdserver: permission denied" } },
    { ...nothing, cancelled: true, cancelReason: "etcdserver: permission denied" },
  ],
  ["progress, which holds no event", { result: { header } }, nothing],
  [
    "the stream has failed",
    { error: { code: 14, message: "etcdserver: no leader", details: [] } },
    { kind: "error", message: "etcdserver: no leader" },
  ],
  [
    "turned away before the stream began",
    { code: 14, message: "etcdserver: rpc not supported for learner" },
    { kind: "error", message: "etcdserver: rpc not supported for learner" },
  ],
  ["an event without a revision", { result: { header, events: [{ kv: { key } }] } }, { kind: "unreadable" }],
  [
    "an event of a kind that nobody knows",
    { result: { header, events: [{ type: "LOCK", kv: { key, mod_revision: "1" } }] } },
    { kind: "unreadable" },
  ],
  ["something else", { hello: 1 }, { kind: "unreadable" }],
])("%s", (_what, message, line) => {
  expect(readWatchLine(JSON.stringify(message))).toEqual(line);
});

test("half a message", () => {
  expect(readWatchLine('{"result":{"header"')).toEqual({ kind: "unreadable" });
});
