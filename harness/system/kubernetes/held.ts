/**
 * What one API server itself holds: its cache of all objects, which it keeps by watching etcd and serves without asking
 * (`resourceVersion=0`). Not its business: what the members of etcd hold (etcd/held.ts), and what should be there.
 */
import type { Clock } from "../../core/index.ts";
import { FENCE_NOT_HELD, type HeldKey, type StateHash } from "../../ledger/index.ts";
import type { Fence, HeldEnd, HeldOptions } from "../cluster.ts";
import { hashValue } from "../value-hash.ts";
import type { Api } from "./api.ts";
import { readCached } from "./client.ts";
import { keyOf } from "./object-name.ts";
import { NAMESPACE, storedIn } from "./object.ts";
import { rowOf } from "./outcome.ts";

export interface HeldBy {
  readonly api: Api;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** The hash of what the member of etcd beside this server holds at a revision; null when it was not told. */
  readonly hashAt: (revision: string) => Promise<StateHash | null>;
}

/** Keys in one part. */
const PART_KEYS = 1000;
/** The cache is behind etcd by milliseconds; a server that never comes to the fence is asked until the time is over. */
const LOOK_EVERY_MS = 100;

/**
 * Lists the server's objects as soon as it holds the fence. One that does not within the time-out is not read: an object that is not
 * there yet is not one that is lost. What it holds under the fence's key is told whatever its number there.
 */
export async function* readHeldObjects(
  held: HeldBy,
  { fence, prefix, timeoutMs }: HeldOptions,
): AsyncGenerator<readonly HeldKey[], HeldEnd> {
  const none = { complete: false, revision: null, stateHash: null };
  if (fence === null) return { ...none, fenceValueHash: null, reason: "there is no fence to read behind" };
  const seen = await awaitFence(held, fence, timeoutMs);
  if (seen !== null) return { ...none, ...seen };
  // All at once: a server that is asked for a part of what it has cached gives all of it (apiserver, pkg/storage/cacher).
  const reply = await held.api.call(
    async (core) => core.listNamespacedPodTemplate({ namespace: NAMESPACE, resourceVersion: "0" }),
    {
      timeoutMs,
    },
  );
  if (reply.kind !== "answer") return { ...none, fenceValueHash: null, reason: whyNot(reply) };
  const keys = reply.body.items.flatMap(heldKey);
  const fenced = keys.find(({ key }) => key === fence.key);
  const fenceValueHash = fenced?.valueHash ?? null;
  if (fenced === undefined || fenceValueHash !== hashValue(fence.value))
    return { ...none, fenceValueHash, reason: FENCE_NOT_HELD };
  const items = keys.filter(({ key }) => key.startsWith(prefix));
  for (let from = 0; from < items.length; from += PART_KEYS) yield items.slice(from, from + PART_KEYS);
  const { revision } = fenced;
  const stateHash = revision === null ? null : await held.hashAt(revision);
  return { complete: true, revision, fenceValueHash, reason: null, stateHash };
}

/** Null when the server holds the fence; else why not. */
async function awaitFence(
  { api, clock, signal }: HeldBy,
  { key, value }: Fence,
  timeoutMs: number,
): Promise<Pick<HeldEnd, "fenceValueHash" | "reason"> | null> {
  const untilMs = clock.nowMs() + timeoutMs;
  for (;;) {
    const attempt = await readCached(api, key, timeoutMs);
    if (attempt.value === value) return null;
    if (clock.nowMs() + LOOK_EVERY_MS >= untilMs) {
      const fenceValueHash = attempt.value === null ? null : hashValue(attempt.value);
      return { fenceValueHash, reason: attempt.reason ?? FENCE_NOT_HELD };
    }
    await clock.sleep(LOOK_EVERY_MS, signal);
  }
}

/** An object that was not made as these are is told with a value that nobody wrote, so that it is not overlooked. */
function heldKey(object: Parameters<typeof storedIn>[0]): readonly HeldKey[] {
  const stored = storedIn(object);
  const name = object.metadata?.name;
  if (stored === null || name === undefined) return [];
  const { revision, value, version } = stored;
  return [{ key: keyOf(name), valueHash: hashValue(value ?? ""), revision, version }];
}

function whyNot(reply: Parameters<typeof rowOf>[0]): string {
  return reply.kind === "refusal" ? reply.message : rowOf(reply).reason;
}
