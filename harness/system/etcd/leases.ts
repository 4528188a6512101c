/**
 * Leases through one member, each call one attempt (laws 5 and 6). What etcd does with leases, with its sources, is in
 * docs/decisions/etcd-facts.md.
 */
import type { LeaseAttempt, LeaseClient } from "../watches.ts";
import { headerOf, leasesOf, successOf, timeToLiveOf, wrappedIn } from "./answers.ts";
import { base64, writeAttempt } from "./client.ts";
import type { Gateway, Reply } from "./gateway.ts";
import { rowOf } from "./outcome.ts";

/**
 * A client on a gateway of its own; disposing closes it.
 * @param timeoutMs deadline of each attempt, from sending to the whole answer.
 */
export function etcdLeases(gateway: Gateway, timeoutMs: number): LeaseClient {
  return {
    grant: async (lease, ttlMs) => {
      // etcd counts whole seconds, and never grants less than one and a half election time-outs: 2 s by default.
      const wanted = { ID: lease, TTL: String(Math.ceil(ttlMs / 1000)) };
      return attemptOf(await gateway.call("/v3/lease/grant", wanted, timeoutMs), "TTL");
    },
    attach: async (lease, key, value) =>
      writeAttempt(await gateway.call("/v3/kv/put", { key: base64(key), value: base64(value), lease }, timeoutMs)),
    keepAlive: async (lease) =>
      // A stream of answers in etcd's API; of one request there is one answer, in the wrapping of a stream.
      attemptOf(await gateway.call("/v3/lease/keepalive", { ID: lease }, timeoutMs), "TTL", "result"),
    timeToLive: async (lease) =>
      // A lease whose end is due and not yet committed has no time left but still its granted time: it is there.
      attemptOf(await gateway.call("/v3/lease/timetolive", { ID: lease }, timeoutMs), "grantedTTL"),
    known: async () => {
      const body = successOf(await gateway.call("/v3/lease/leases", {}, timeoutMs));
      return body === null ? null : leasesOf(body);
    },
    [Symbol.asyncDispose]: async () => gateway[Symbol.dispose](),
  };
}

/** Acknowledged only by an answer with a header; the lease is there when the field `aliveBy` names a time. */
function attemptOf(reply: Reply, aliveBy: "TTL" | "grantedTTL", wrapping?: "result"): LeaseAttempt {
  const success = successOf(reply);
  const body = success === null || wrapping === undefined ? success : wrappedIn(success, wrapping);
  const header = body === null ? null : headerOf(body);
  if (body === null || header === null) {
    const { outcome, reason } = rowOf(unwrapped(reply));
    return { outcome, alive: null, ttlMs: null, revision: null, reason };
  }
  const alive = timeToLiveOf(body, aliveBy) > 0;
  const ttlMs = alive ? timeToLiveOf(body, "TTL") * 1000 : null;
  return { outcome: "acknowledged", alive, ttlMs, revision: header.revision, reason: null };
}

/** A stream's error stands inside its answer, whose status may be that of success. */
function unwrapped(reply: Reply): Reply {
  const error = reply.kind === "answer" ? wrappedIn(reply.body, "error") : null;
  return error === null ? reply : { kind: "answer", status: 500, body: error };
}
