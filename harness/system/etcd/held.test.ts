import { describe, expect, test } from "vitest";
import type { HeldKey } from "../../ledger/index.ts";
import { hashValue } from "../value-hash.ts";
import type { HeldEnd } from "../cluster.ts";
import type { Channel } from "./channel.ts";
import { readHeld } from "./held.ts";
import type { Reply } from "./reply.ts";
import { RPC } from "./rpc.ts";

const HEADER = { cluster_id: "1", member_id: "2", revision: "50" };
const bytes = (text: string): Buffer => Buffer.from(text);
const item = (key: string) => ({ key: bytes(key), mod_revision: "3", version: "2", value: bytes(`v:${key}`) });
const page = (keys: readonly string[], more: boolean): Reply => ({
  kind: "answer",
  body: { header: HEADER, ...(keys.length === 0 ? {} : { kvs: keys.map(item) }), ...(more ? { more } : {}) },
});

/** What a member answers that holds the fence, at a number of its own. */
const fenced = (value = "f"): Reply => ({
  kind: "answer",
  body: { header: HEADER, kvs: [{ key: bytes("f"), mod_revision: "47", version: "1", value: bytes(value) }] },
});
const FENCE_HASH = hashValue("f");

type Calls = Pick<Channel, "call">;

/** Answers with the fence, then with these pages in turn, and the hash with `hash`. */
function memberOf(
  pages: readonly Reply[],
  hash: Reply = { kind: "deadline" },
  fence = fenced(),
): { channel: Calls; calls: object[] } {
  const calls: object[] = [];
  const left = [fence, ...pages];
  const channel: Calls = {
    call: async (rpc, request) => {
      calls.push(request);
      return rpc === RPC.hashKv ? hash : (left.shift() ?? { kind: "deadline" });
    },
  };
  return { channel, calls };
}

async function read(channel: Calls, prefix = "k/"): Promise<{ keys: HeldKey[]; end: HeldEnd }> {
  const fence = { key: "f", value: "f", revision: "50" };
  const reading = readHeld(channel, { prefix, fence, timeoutMs: 1000 });
  const keys: HeldKey[] = [];
  for (;;) {
    const part = await reading.next();
    if (part.done === true) return { keys, end: part.value };
    keys.push(...part.value);
  }
}

describe("what a member holds", () => {
  test("is read page by page from the key after the last, at the revision at which this member holds the fence, from it alone", async () => {
    const hash: Reply = {
      kind: "answer",
      body: { header: HEADER, hash: 5, compact_revision: "-1", hash_revision: "47" },
    };
    const { channel, calls } = memberOf([page(["k/a", "k/b"], true), page(["k/c"], false)], hash);
    const { keys, end } = await read(channel);
    expect(keys).toEqual(
      ["k/a", "k/b", "k/c"].map((key) => ({ key, valueHash: hashValue(`v:${key}`), revision: "3", version: "2" })),
    );
    expect(end).toEqual({
      complete: true,
      revision: "47",
      fenceValueHash: FENCE_HASH,
      reason: null,
      stateHash: { revision: "47", compactRevision: "-1", hash: "5" },
    });
    const common = { range_end: bytes("k0"), limit: 1000, revision: "47", serializable: true };
    expect(calls.slice(0, 3)).toEqual([
      { key: bytes("f"), serializable: true },
      { key: bytes("k/"), ...common },
      { key: bytes("k/b\0"), ...common },
    ]);
  });

  test("nothing is complete too, and without the hash it says so", async () => {
    const { channel } = memberOf([page([], false)]);
    expect(await read(channel)).toEqual({
      keys: [],
      end: { complete: true, revision: "47", fenceValueHash: FENCE_HASH, reason: null, stateHash: null },
    });
  });

  test("all keys, when the prefix is empty", async () => {
    const { channel, calls } = memberOf([page([], false)]);
    await read(channel, "");
    expect(calls[1]).toMatchObject({ key: bytes("\0"), range_end: bytes("\0") });
  });

  test.each<[string, Reply, string | null, string]>([
    ["does not hold the fence", page([], false), null, "it does not hold the fence"],
    ["holds another value there", fenced("g"), hashValue("g"), "it does not hold the fence"],
    ["does not say", { kind: "deadline" }, null, "deadline"],
  ])("of a member that %s nothing is read", async (_, fence, fenceValueHash, reason) => {
    const { channel, calls } = memberOf([page(["k/a"], false)], { kind: "deadline" }, fence);
    expect(await read(channel)).toEqual({
      keys: [],
      end: { complete: false, revision: null, fenceValueHash, reason, stateHash: null },
    });
    expect(calls).toHaveLength(1);
  });

  test.each<[string, Reply, string]>([
    ["does not answer", { kind: "deadline" }, "deadline"],
    ["says no", { kind: "error", code: 11, message: "compacted" }, "compacted"],
    ["answers what is no range", { kind: "answer", body: {} }, "unreadable-answer"],
    [
      "has a key that cannot be read",
      { kind: "answer", body: { header: HEADER, kvs: [{ key: bytes("x") }] } },
      "unreadable-answer",
    ],
    ["has keys that are no list", { kind: "answer", body: { header: HEADER, kvs: "none" } }, "unreadable-answer"],
    ["promises more on an empty page", page([], true), "an empty page that promised more"],
  ])("is incomplete when a later page %s", async (_, reply, reason) => {
    const { channel } = memberOf([page(["k/a"], true), reply]);
    const { keys, end } = await read(channel);
    expect(keys).toHaveLength(1);
    expect(end).toEqual({ complete: false, revision: null, fenceValueHash: FENCE_HASH, reason, stateHash: null });
  });
});
