/** What an answer of `KV/Txn` means for the writes in it. That etcd answers so is seen in etcd.live.test.ts. */
import { describe, expect, test } from "vitest";
import type { TransactionAttempt } from "../cluster.ts";
import { etcdClient } from "./client.ts";
import type { Channel } from "./channel.ts";
import type { Message } from "./message.ts";
import type { Reply } from "./reply.ts";

const header = { cluster_id: "1", member_id: "2", revision: "50" };
const bytes = (text: string): Buffer => Buffer.from(text);
const WRITE = { writes: [{ key: "k", value: "v" }], onlyIf: { key: "k", revision: "3" } };

async function answeredBy(reply: Reply): Promise<{ readonly came: TransactionAttempt; readonly sent: object }> {
  const sent: object[] = [];
  const channel: Channel = {
    call: async (_rpc, request) => {
      sent.push(request);
      return reply;
    },
    page: async () => null,
    [Symbol.dispose]: () => undefined,
  };
  const came = await etcdClient(channel, 1000).transact(WRITE);
  return { came, sent: sent[0] ?? {} };
}

const answer = (body: Message): Reply => ({ kind: "answer", body });

describe("a transaction", () => {
  test("asks for all or nothing, with the key itself in the else branch", async () => {
    const { sent } = await answeredBy({ kind: "deadline" });
    expect(sent).toEqual({
      compare: [{ key: bytes("k"), target: "MOD", result: "EQUAL", mod_revision: "3" }],
      success: [{ request_put: { key: bytes("k"), value: bytes("v") } }],
      failure: [{ request_range: { key: bytes("k") } }],
    });
  });

  test("is acknowledged when it says that it succeeded, with its revision", async () => {
    const { came } = await answeredBy(answer({ header, succeeded: true, responses: [{ response_put: {} }] }));
    expect(came).toEqual({
      attempt: { outcome: "acknowledged", revision: "50", value: null, reason: null },
      found: null,
    });
  });

  test.each([
    ["nothing", {}, { revision: null, value: null }],
    [
      "a value",
      { kvs: [{ key: bytes("k"), value: bytes("other"), mod_revision: "9", version: "1" }] },
      { revision: "9", value: "other" },
    ],
  ])("is refused when its else branch found %s", async (_what, range, found) => {
    const { came } = await answeredBy(answer({ header, responses: [{ response_range: range }] }));
    expect(came).toEqual({
      attempt: { outcome: "refused", revision: null, value: null, reason: "compare-failed" },
      found: { outcome: "acknowledged", reason: null, ...found },
    });
  });

  test.each<readonly [string, Reply]>([
    ["no answer", { kind: "deadline" }],
    ["no revision", answer({ header: { ...header, revision: undefined }, succeeded: true })],
    ["no word of success, and no else branch", answer({ header })],
    ["the answer of its own put only", answer({ header, responses: [{ response_put: {} }] })],
    ["success that is no boolean", answer({ header, succeeded: "no", responses: [{ response_range: {} }] })],
    ["an else branch that cannot be read", answer({ header, responses: [{ response_range: { kvs: [{}] } }] })],
    ["an error", { kind: "error", code: 14, message: "etcdserver: request timed out" }],
  ])("is of unknown outcome when it says neither: %s", async (_what, reply) => {
    const { came } = await answeredBy(reply);
    expect(came).toMatchObject({ attempt: { outcome: "unknown", revision: null }, found: null });
  });
});
