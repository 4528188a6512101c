/**
 * What one member itself holds at a revision: serializable ranges, which the member answers from its own data without
 * asking the others. Not its business: what should be there.
 */
import { FENCE_NOT_HELD, type HeldKey } from "../../ledger/index.ts";
import type { Fence, HeldEnd, HeldOptions } from "../cluster.ts";
import { hashValue } from "../value-hash.ts";
import { rangeOf, successOf, type RangeItem } from "./answers.ts";
import type { Channel } from "./channel.ts";
import { rowOf } from "./outcome.ts";
import { RPC } from "./rpc.ts";
import { askHash } from "./state-hash.ts";

/** Keys in one answer. Small enough for one answer to stay below a second on a slow machine, large enough to be few. */
const PAGE_KEYS = 1000;

/**
 * Reads page by page, at the revision at which this member holds the fence: a member that numbers writes otherwise than the one that
 * acknowledged the fence must be read at its own. The first page that is not answered ends it as incomplete, because a key that was
 * not read is not a key that is not there.
 */
export async function* readHeld(
  channel: Pick<Channel, "call">,
  options: HeldOptions,
): AsyncGenerator<readonly HeldKey[], HeldEnd> {
  const { prefix, timeoutMs, fence } = options;
  const found = await lookForFence(channel, fence, timeoutMs);
  const { revision, fenceValueHash } = found;
  const incomplete = (reason: string): HeldEnd => ({
    complete: false,
    revision: null,
    fenceValueHash,
    reason,
    stateHash: null,
  });
  if (revision === null) return incomplete(found.reason);
  const rangeEnd = afterPrefix(Buffer.from(prefix, "utf8"));
  // etcd takes no empty key; a zero byte is the smallest one.
  let from = prefix === "" ? Buffer.of(0) : Buffer.from(prefix, "utf8");
  for (;;) {
    const query = { key: from, range_end: rangeEnd, limit: PAGE_KEYS, revision, serializable: true };
    const reply = await channel.call(RPC.range, query, timeoutMs);
    const body = successOf(reply);
    const page = body === null ? null : rangeOf(body);
    if (page === null) return incomplete(whyNot(reply));
    if (page.items.length > 0) yield page.items.map(heldKey);
    const last = page.items.at(-1);
    if (!page.more) break;
    if (last === undefined) return incomplete("an empty page that promised more");
    // The smallest key after `last`: itself and a zero byte.
    from = Buffer.concat([last.key, Buffer.of(0)]);
  }
  const { stateHash } = await askHash(channel, revision, timeoutMs);
  return { complete: true, revision, fenceValueHash, reason: null, stateHash };
}

/** What the member itself holds under the fence's key. */
type FoundFence =
  | { readonly revision: string; readonly fenceValueHash: string }
  | { readonly revision: null; readonly fenceValueHash: string | null; readonly reason: string };

async function lookForFence(
  channel: Pick<Channel, "call">,
  fence: Fence | null,
  timeoutMs: number,
): Promise<FoundFence> {
  const none = { revision: null, fenceValueHash: null };
  if (fence === null) return { ...none, reason: "there is no fence to read behind" };
  const reply = await channel.call(RPC.range, { key: Buffer.from(fence.key, "utf8"), serializable: true }, timeoutMs);
  const body = successOf(reply);
  const range = body === null ? null : rangeOf(body);
  if (range === null) return { ...none, reason: whyNot(reply) };
  const [item] = range.items;
  if (item === undefined) return { ...none, reason: FENCE_NOT_HELD };
  const fenceValueHash = hashValue(item.value);
  return fenceValueHash === hashValue(fence.value)
    ? { revision: item.modRevision, fenceValueHash }
    : { revision: null, fenceValueHash, reason: FENCE_NOT_HELD };
}

function heldKey(item: RangeItem): HeldKey {
  return {
    key: item.key.toString("utf8"),
    valueHash: hashValue(item.value),
    revision: item.modRevision,
    version: item.version,
  };
}

/** What the member said, where it said something: e.g. that the revision is still to come for it. */
function whyNot(reply: Parameters<typeof rowOf>[0]): string {
  return reply.kind === "error" ? reply.message : rowOf(reply).reason;
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
