/** The client of one member: puts, deletes, linearizable reads and transactions, each one attempt (laws 5 and 6). */
import { COMPARE_FAILED } from "../../ledger/index.ts";
import type { Attempt, StoreClient, Transaction, TransactionAttempt } from "../cluster.ts";
import { headerOf, rangeOf, successOf, transactionOf, type RangeItem } from "./answers.ts";
import type { Channel } from "./channel.ts";
import { rowOf } from "./outcome.ts";
import type { Message } from "./message.ts";
import type { Reply } from "./reply.ts";
import { RPC } from "./rpc.ts";

/**
 * A client on a channel of its own; disposing closes it.
 * @param timeoutMs deadline of each attempt, from sending to the whole answer.
 */
export function etcdClient(channel: Channel, timeoutMs: number): StoreClient {
  return {
    put: async (key, value) =>
      writeAttempt(await channel.call(RPC.put, { key: bytes(key), value: bytes(value) }, timeoutMs)),
    // Of an absent key etcd acknowledges it too, with the store's revision as it is: nothing was changed.
    delete: async (key) => writeAttempt(await channel.call(RPC.deleteRange, { key: bytes(key) }, timeoutMs)),
    get: async (key) => readAttempt(await channel.call(RPC.range, { key: bytes(key) }, timeoutMs)),
    getLocal: async (key) =>
      readAttempt(await channel.call(RPC.range, { key: bytes(key), serializable: true }, timeoutMs)),
    transact: async (transaction) =>
      transactionAttempt(await channel.call(RPC.txn, transactionRequest(transaction), timeoutMs)),
    [Symbol.asyncDispose]: async () => channel[Symbol.dispose](),
  };
}

/** A write is acknowledged only by an answer that names its revision. */
export function writeAttempt(reply: Reply): Attempt {
  const body = successOf(reply);
  const revision = body === null ? null : (headerOf(body)?.revision ?? null);
  if (revision === null) return notAcknowledged(reply);
  return { outcome: "acknowledged", revision, value: null, reason: null };
}

function readAttempt(reply: Reply): Attempt {
  const body = successOf(reply);
  const range = body === null ? null : rangeOf(body);
  if (range === null) return notAcknowledged(reply);
  return foundAttempt(range.items);
}

function foundAttempt([item]: readonly RangeItem[]): Attempt {
  if (item === undefined) return { outcome: "acknowledged", revision: null, value: null, reason: null };
  return { outcome: "acknowledged", revision: item.modRevision, value: item.value.toString("utf8"), reason: null };
}

function transactionRequest({ writes, onlyIf }: Transaction): Message {
  const success = writes.map(({ key, value }) =>
    value === null
      ? { request_delete_range: { key: bytes(key) } }
      : { request_put: { key: bytes(key), value: bytes(value) } },
  );
  if (onlyIf === null) return { success };
  const key = bytes(onlyIf.key);
  const compare = { key, target: "MOD", result: "EQUAL", mod_revision: onlyIf.revision };
  return { compare: [compare], success, failure: [{ request_range: { key } }] };
}

/** Acknowledged only by an answer that says that its writes were applied; refused only by one that shows its else branch. */
function transactionAttempt(reply: Reply): TransactionAttempt {
  const body = successOf(reply);
  const answer = body === null ? null : transactionOf(body);
  if (answer === null) return { attempt: notAcknowledged(reply), found: null };
  if (answer.applied) {
    return {
      attempt: { outcome: "acknowledged", revision: answer.revision, value: null, reason: null },
      found: null,
    };
  }
  return {
    attempt: { outcome: "refused", revision: null, value: null, reason: COMPARE_FAILED },
    found: foundAttempt(answer.found),
  };
}

function notAcknowledged(reply: Reply): Attempt {
  const { outcome, reason } = rowOf(reply);
  return { outcome, revision: null, value: null, reason };
}

export function bytes(text: string): Buffer {
  return Buffer.from(text, "utf8");
}
