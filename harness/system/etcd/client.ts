/** The client of one member: puts, deletes and linearizable reads, each one attempt (laws 5 and 6). */
import type { Attempt, StoreClient } from "../cluster.ts";
import { headerOf, rangeOf, successOf } from "./answers.ts";
import type { Gateway, Reply } from "./gateway.ts";
import { rowOf } from "./outcome.ts";

/**
 * A client on a gateway of its own; disposing closes it.
 * @param timeoutMs deadline of each attempt, from sending to the whole answer.
 */
export function etcdClient(gateway: Gateway, timeoutMs: number): StoreClient {
  return {
    put: async (key, value) =>
      writeAttempt(await gateway.call("/v3/kv/put", { key: base64(key), value: base64(value) }, timeoutMs)),
    // Of an absent key etcd acknowledges it too, with the store's revision as it is: nothing was changed.
    delete: async (key) => writeAttempt(await gateway.call("/v3/kv/deleterange", { key: base64(key) }, timeoutMs)),
    get: async (key) => readAttempt(await gateway.call("/v3/kv/range", { key: base64(key) }, timeoutMs)),
    [Symbol.asyncDispose]: async () => gateway[Symbol.dispose](),
  };
}

/** A write is acknowledged only by an answer that names its revision. */
function writeAttempt(reply: Reply): Attempt {
  const body = successOf(reply);
  const revision = body === null ? null : (headerOf(body)?.revision ?? null);
  if (revision === null) return notAcknowledged(reply);
  return { outcome: "acknowledged", revision, value: null, reason: null };
}

function readAttempt(reply: Reply): Attempt {
  const body = successOf(reply);
  const range = body === null ? null : rangeOf(body);
  if (range === null) return notAcknowledged(reply);
  const [item] = range.items;
  if (item === undefined) return { outcome: "acknowledged", revision: null, value: null, reason: null };
  return { outcome: "acknowledged", revision: item.modRevision, value: fromBase64(item.value), reason: null };
}

function notAcknowledged(reply: Reply): Attempt {
  const { outcome, reason } = rowOf(reply);
  return { outcome, revision: null, value: null, reason };
}

export function base64(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}

function fromBase64(encoded: string): string {
  return Buffer.from(encoded, "base64").toString("utf8");
}
