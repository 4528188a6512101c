import { describe, expect, test } from "vitest";
import type { HeldKey } from "../../ledger/index.ts";
import { hashValue } from "../value-hash.ts";
import type { HeldEnd } from "../cluster.ts";
import type { Gateway, Reply } from "./gateway.ts";
import { readHeld } from "./held.ts";

const HEADER = { cluster_id: "1", member_id: "2", revision: "50" };
const base64 = (text: string): string => Buffer.from(text).toString("base64");
const item = (key: string) => ({ key: base64(key), mod_revision: "3", version: "2", value: base64(`v:${key}`) });
const page = (keys: readonly string[], more: boolean): Reply => ({
  kind: "answer",
  status: 200,
  body: { header: HEADER, ...(keys.length === 0 ? {} : { kvs: keys.map(item) }), ...(more ? { more } : {}) },
});

interface Call {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Answers ranges with these pages in turn, and the hash with `hash`. */
function gatewayOf(pages: readonly Reply[], hash: Reply = { kind: "deadline" }): { gateway: Gateway; calls: Call[] } {
  const calls: Call[] = [];
  const left = [...pages];
  const gateway: Gateway = {
    call: async (path, body) => {
      calls.push({ path, body: body as Call["body"] });
      return path.endsWith("hashkv") ? hash : (left.shift() ?? { kind: "deadline" });
    },
    [Symbol.dispose]: () => undefined,
  };
  return { gateway, calls };
}

async function read(gateway: Gateway, prefix = "k/"): Promise<{ keys: HeldKey[]; end: HeldEnd }> {
  const reading = readHeld(gateway, { prefix, revision: "50", timeoutMs: 1000 });
  const keys: HeldKey[] = [];
  for (;;) {
    const part = await reading.next();
    if (part.done === true) return { keys, end: part.value };
    keys.push(...part.value);
  }
}

describe("what a member holds", () => {
  test("is read page by page from the key after the last, at one revision, from this member alone", async () => {
    const hash: Reply = {
      kind: "answer",
      status: 200,
      body: { header: HEADER, hash: 5, compact_revision: "-1", hash_revision: "50" },
    };
    const { gateway, calls } = gatewayOf([page(["k/a", "k/b"], true), page(["k/c"], false)], hash);
    const { keys, end } = await read(gateway);
    expect(keys).toEqual(
      ["k/a", "k/b", "k/c"].map((key) => ({ key, valueHash: hashValue(`v:${key}`), revision: "3", version: "2" })),
    );
    expect(end).toEqual({
      complete: true,
      reason: null,
      stateHash: { revision: "50", compactRevision: "-1", hash: "5" },
    });
    const common = { range_end: base64("k0"), limit: 1000, revision: "50", serializable: true };
    expect(calls.slice(0, 2).map((call) => call.body)).toEqual([
      { key: base64("k/"), ...common },
      { key: base64("k/b\0"), ...common },
    ]);
  });

  test("nothing is complete too, and without the hash it says so", async () => {
    const { gateway } = gatewayOf([page([], false)]);
    expect(await read(gateway)).toEqual({ keys: [], end: { complete: true, reason: null, stateHash: null } });
  });

  test("all keys, when the prefix is empty", async () => {
    const { gateway, calls } = gatewayOf([page([], false)]);
    await read(gateway, "");
    expect(calls[0]?.body).toMatchObject({ key: base64("\0"), range_end: base64("\0") });
  });

  test.each<[string, Reply, string]>([
    ["does not answer", { kind: "deadline" }, "deadline"],
    ["says no", { kind: "answer", status: 400, body: { code: 11, message: "compacted" } }, "compacted"],
    ["answers what is no range", { kind: "answer", status: 200, body: {} }, "unreadable-answer"],
    [
      "has a key that cannot be read",
      { kind: "answer", status: 200, body: { header: HEADER, kvs: [{ key: "x" }] } },
      "unreadable-answer",
    ],
    [
      "has keys that are no list",
      { kind: "answer", status: 200, body: { header: HEADER, kvs: "none" } },
      "unreadable-answer",
    ],
    ["promises more on an empty page", page([], true), "an empty page that promised more"],
  ])("is incomplete when a later page %s", async (_, reply, reason) => {
    const { gateway } = gatewayOf([page(["k/a"], true), reply]);
    const { keys, end } = await read(gateway);
    expect(keys).toHaveLength(1);
    expect(end).toEqual({ complete: false, reason, stateHash: null });
  });
});
