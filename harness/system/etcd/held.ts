/**
 * What one member itself holds at a revision: serializable ranges, which the member answers from its own data without
 * asking the others. Not its business: what should be there.
 */
import type { HeldKey, StateHash } from "../../ledger/index.ts";
import type { HeldEnd } from "../cluster.ts";
import { hashValue } from "../value-hash.ts";
import { hashOf, rangeOf, successOf, type RangeItem } from "./answers.ts";
import type { Gateway } from "./gateway.ts";
import { rowOf } from "./outcome.ts";

/** Keys in one answer. Small enough for one answer to stay below a second on a slow machine, large enough to be few. */
const PAGE_KEYS = 1000;

export interface HeldOptions {
  readonly prefix: string;
  readonly revision: string;
  /** Of each call. */
  readonly timeoutMs: number;
}

/**
 * Reads page by page. The first page that is not answered ends it as incomplete, because a key that was not read is
 * not a key that is not there.
 */
export async function* readHeld(gateway: Gateway, options: HeldOptions): AsyncGenerator<readonly HeldKey[], HeldEnd> {
  const { prefix, revision, timeoutMs } = options;
  const rangeEnd = afterPrefix(Buffer.from(prefix, "utf8")).toString("base64");
  // etcd takes no empty key; a zero byte is the smallest one.
  let from = prefix === "" ? Buffer.of(0) : Buffer.from(prefix, "utf8");
  for (;;) {
    const query = { key: from.toString("base64"), range_end: rangeEnd, limit: PAGE_KEYS, revision, serializable: true };
    const reply = await gateway.call("/v3/kv/range", query, timeoutMs);
    const body = successOf(reply);
    const page = body === null ? null : rangeOf(body);
    if (page === null) return { complete: false, reason: whyNot(reply), stateHash: null };
    if (page.items.length > 0) yield page.items.map(heldKey);
    const last = page.items.at(-1);
    if (!page.more) break;
    if (last === undefined) return { complete: false, reason: "an empty page that promised more", stateHash: null };
    // The smallest key after `last`: itself and a zero byte.
    from = Buffer.concat([Buffer.from(last.key, "base64"), Buffer.of(0)]);
  }
  return { complete: true, reason: null, stateHash: await hashAt(gateway, revision, timeoutMs) };
}

async function hashAt(gateway: Gateway, revision: string, timeoutMs: number): Promise<StateHash | null> {
  const body = successOf(await gateway.call("/v3/maintenance/hashkv", { revision }, timeoutMs));
  return body === null ? null : hashOf(body, revision);
}

function heldKey(item: RangeItem): HeldKey {
  return {
    key: Buffer.from(item.key, "base64").toString("utf8"),
    valueHash: hashValue(Buffer.from(item.value, "base64")),
    revision: item.modRevision,
    version: item.version,
  };
}

/** What the member said, where it said something: e.g. that the revision is still to come for it. */
function whyNot(reply: Parameters<typeof rowOf>[0]): string {
  const message = reply.kind === "answer" ? reply.body["message"] : undefined;
  return typeof message === "string" ? message : rowOf(reply).reason;
}

/** The first key after all keys with this prefix: the prefix with its last byte that can grow by one grown, as etcd ranges want it. */
export function afterPrefix(prefix: Buffer): Buffer {
  const grown = Buffer.from(prefix);
  for (let index = grown.length - 1; index >= 0; index--) {
    const byte = grown[index] ?? 0xff;
    if (byte === 0xff) continue;
    grown[index] = byte + 1;
    return grown.subarray(0, index + 1);
  }
  // An empty prefix: a zero byte means "to the end".
  return Buffer.of(0);
}
