/** The client of one member: puts, deletes, linearizable reads and transactions, each one attempt (laws 5 and 6). */
import { COMPARE_FAILED } from "../../ledger/index.ts";
import type { Attempt, StoreClient, Transaction, TransactionAttempt } from "../cluster.ts";
import { headerOf, rangeOf, successOf, transactionOf, type RangeItem } from "./answers.ts";
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
    getLocal: async (key) =>
      readAttempt(await gateway.call("/v3/kv/range", { key: base64(key), serializable: true }, timeoutMs)),
    transact: async (transaction) =>
      transactionAttempt(await gateway.call("/v3/kv/txn", transactionRequest(transaction), timeoutMs)),
    [Symbol.asyncDispose]: async () => gateway[Symbol.dispose](),
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
  return { outcome: "acknowledged", revision: item.modRevision, value: fromBase64(item.value), reason: null };
}

function transactionRequest({ writes, onlyIf }: Transaction): object {
  const success = writes.map(({ key, value }) =>
    value === null
      ? { request_delete_range: { key: base64(key) } }
      : { request_put: { key: base64(key), value: base64(value) } },
  );
  if (onlyIf === null) return { success };
  const key = base64(onlyIf.key);
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

export function base64(text: string): string {
  return Buffer.from(text, "utf8").toString("base64");
}

function fromBase64(encoded: string): string {
  return Buffer.from(encoded, "base64").toString("utf8");
}
