import { expect, test } from "vitest";
import { decode, encode, type Message } from "./message.ts";
import { RPC } from "./rpc.ts";
import { readWatchMessage, type WatchAnswer } from "./watch-messages.ts";

const header = { cluster_id: "1", member_id: "2", revision: "7" };
const nothing = {
  created: false,
  cancelled: false,
  cancelReason: "",
  compactRevision: null,
  revision: "7",
  events: [],
} as const;
const key = "drillbook/key/ä";
const bytes = Buffer.from(key);

test.each<readonly [string, Message, WatchAnswer | null]>([
  ["created", { header, created: true }, { ...nothing, created: true }],
  [
    "a put, whose type is left out, and a delete",
    {
      header,
      events: [
        { kv: { key: bytes, mod_revision: "9007199254740993", version: "1", value: Buffer.of(1) } },
        { type: "DELETE", kv: { key: bytes, mod_revision: "9007199254740994" } },
      ],
    },
    {
      ...nothing,
      events: [
        { op: "put", key, revision: "9007199254740993" },
        { op: "delete", key, revision: "9007199254740994" },
      ],
    },
  ],
  [
    "the wanted revisions are compacted",
    { header: { cluster_id: "1", member_id: "2" }, canceled: true, compact_revision: "4" },
    { ...nothing, revision: null, cancelled: true, cancelReason: "compacted up to revision 4", compactRevision: "4" },
  ],
  [
    "cancelled for another reason",
    { header, canceled: true, cancel_reason: "etcdserver: permission denied" },
    { ...nothing, cancelled: true, cancelReason: "etcdserver: permission denied" },
  ],
  ["progress, which holds no event", { header }, nothing],
  ["an event without a revision", { header, events: [{ kv: { key: bytes } }] }, null],
  ["an event about nothing", { header, events: [{ type: "DELETE" }] }, null],
  [
    "an event of a kind that nobody knows",
    { header, events: [{ type: 2, kv: { key: bytes, mod_revision: "1" } }] },
    null,
  ],
  ["something else", {}, null],
])("%s", (_what, message, answer) => {
  expect(readWatchMessage(decode(RPC.watch.response, Buffer.from(encode(RPC.watch.response, message))) ?? {})).toEqual(
    answer,
  );
});
