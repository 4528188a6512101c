/**
 * Leases through one member, each call one attempt (laws 5 and 6). What etcd does with leases, with its sources, is in
 * docs/decisions/etcd-facts.md.
 */
import type { LeaseAttempt, LeaseClient } from "../watches.ts";
import { headerOf, leasesOf, successOf, timeToLiveOf } from "./answers.ts";
import type { Channel } from "./channel.ts";
import { bytes, writeAttempt } from "./client.ts";
import { rowOf } from "./outcome.ts";
import type { Reply } from "./reply.ts";
import { RPC } from "./rpc.ts";

/**
 * A client on a channel of its own; disposing closes it.
 * @param timeoutMs deadline of each attempt, from sending to the whole answer.
 */
export function etcdLeases(channel: Channel, timeoutMs: number): LeaseClient {
  return {
    grant: async (lease, ttlMs) => {
      // etcd counts whole seconds, and never grants less than one and a half election time-outs: 2 s by default.
      const wanted = { ID: lease, TTL: String(Math.ceil(ttlMs / 1000)) };
      return attemptOf(await channel.call(RPC.leaseGrant, wanted, timeoutMs), "TTL");
    },
    attach: async (lease, key, value) =>
      writeAttempt(await channel.call(RPC.put, { key: bytes(key), value: bytes(value), lease }, timeoutMs)),
    keepAlive: async (lease) => attemptOf(await channel.call(RPC.leaseKeepAlive, { ID: lease }, timeoutMs), "TTL"),
    timeToLive: async (lease) =>
      // A lease whose end is due and not yet committed has no time left but still its granted time: it is there.
      attemptOf(await channel.call(RPC.leaseTimeToLive, { ID: lease }, timeoutMs), "grantedTTL"),
    known: async () => {
      const body = successOf(await channel.call(RPC.leaseLeases, {}, timeoutMs));
      return body === null ? null : leasesOf(body);
    },
    [Symbol.asyncDispose]: async () => channel[Symbol.dispose](),
  };
}

/** Acknowledged only by an answer with a header; the lease is there when the field `aliveBy` names a time. */
function attemptOf(reply: Reply, aliveBy: "TTL" | "grantedTTL"): LeaseAttempt {
  const body = successOf(reply);
  const header = body === null ? null : headerOf(body);
  if (body === null || header === null) {
    const { outcome, reason } = rowOf(reply);
    return { outcome, alive: null, ttlMs: null, revision: null, reason };
  }
  const alive = timeToLiveOf(body, aliveBy) > 0;
  const ttlMs = alive ? timeToLiveOf(body, "TTL") * 1000 : null;
  return { outcome: "acknowledged", alive, ttlMs, revision: header.revision, reason: null };
}
