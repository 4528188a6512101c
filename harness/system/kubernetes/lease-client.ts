/**
 * Lease objects (coordination.k8s.io/v1) through one API server, written as client-go's leader election writes them
 * (tools/leaderelection): the whole object, over the very one that was seen. One call, one attempt.
 */
import { V1MicroTime, type V1Lease } from "@kubernetes/client-node";
import { COMPARE_FAILED } from "../../ledger/index.ts";
import type { FoundLeaseObject, LeaseObject, LeaseObjectAttempt, LeaseObjectClient } from "../lease-objects.ts";
import type { Api } from "./api.ts";
import { NAMESPACE } from "./object.ts";
import { rowOf } from "./outcome.ts";
import type { Reply } from "./reply.ts";

/** The kind, as errors of the API call it. */
const RESOURCE = "leases";

/** A client on connections of its own; disposing closes them. */
export function leaseObjectClient(api: Api, timeoutMs: number): LeaseObjectClient {
  return {
    write: async (name, object, over) => {
      const target = { namespace: NAMESPACE, body: leaseOf(name, object, over) };
      return writtenLease(
        await api.call(
          async (_, leases) =>
            over === null ? leases.createNamespacedLease(target) : leases.replaceNamespacedLease({ ...target, name }),
          { timeoutMs },
        ),
      );
    },
    read: async (name) => {
      const target = { name, namespace: NAMESPACE };
      return readLease(await api.call(async (_, leases) => leases.readNamespacedLease(target), { timeoutMs }), name);
    },
    list: async (prefix) => {
      const reply = await api.call(async (_, leases) => leases.listNamespacedLease({ namespace: NAMESPACE }), {
        timeoutMs,
      });
      if (reply.kind !== "answer") return { reason: rowOf(reply).reason };
      const own = reply.body.items.filter(({ metadata }) => metadata?.name?.startsWith(prefix) === true);
      const items = own.map(foundIn).filter((one) => one !== null);
      return items.length === own.length ? { items } : { reason: "an object that cannot be read" };
    },
    [Symbol.asyncDispose]: async () => api[Symbol.dispose](),
  };
}

/**
 * The object to be written. With the uid of the one that was seen: a Lease that is not there any more would be made anew by a write over
 * it (kubernetes, pkg/registry/coordination/lease/strategy.go, `AllowCreateOnUpdate`), unless its uid says that it is not that one.
 */
export function leaseOf(name: string, object: LeaseObject, over: FoundLeaseObject | null): V1Lease {
  const { holder, renewedAtUnixMs, term, ttlMs } = object;
  return {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { name, ...(over === null ? {} : { resourceVersion: over.revision, uid: over.uid }) },
    spec: {
      holderIdentity: holder ?? "",
      // None is taken below 1.
      leaseDurationSeconds: Math.max(1, Math.round(ttlMs / 1000)),
      leaseTransitions: term,
      renewTime: new V1MicroTime(renewedAtUnixMs),
    },
  };
}

/** What an answer tells; null when it is no Lease. */
export function foundIn({ kind, metadata, spec }: V1Lease): FoundLeaseObject | null {
  const { name, resourceVersion: revision, uid } = metadata ?? {};
  if (kind !== undefined && kind !== "Lease") return null;
  if (name === undefined || uid === undefined || revision === undefined || !/^\d+$/.test(revision)) return null;
  const { holderIdentity = "", leaseTransitions: term = null, renewTime } = spec ?? {};
  // The client leaves it as the text that came.
  const renewedAtUnixMs = renewTime === undefined ? NaN : new V1MicroTime(renewTime).getTime();
  return {
    ...{ name, uid, revision, term },
    holder: holderIdentity === "" ? null : holderIdentity,
    renewedAtUnixMs: Number.isNaN(renewedAtUnixMs) ? null : renewedAtUnixMs,
  };
}

/**
 * What came of a write. Unlike a patch, which the server tries several times (outcome.ts), one over a named revision is refused as soon as
 * the object is found to be another one, and so is the making of one that is there: the conflict is an answer, and nothing was written
 * (apiserver, pkg/registry/generic/registry/store.go).
 */
export function writtenLease(reply: Reply<V1Lease>): LeaseObjectAttempt {
  if (reply.kind === "refusal" && reply.code === 409)
    return { outcome: "refused", found: null, reason: COMPARE_FAILED };
  return answered(reply);
}

/** What a read found, or the server's word that there is none of this name. */
export function readLease(reply: Reply<V1Lease>, name: string): LeaseObjectAttempt {
  const isAbsent =
    reply.kind === "refusal" && reply.code === 404 && reply.about?.resource === RESOURCE && reply.about.name === name;
  return isAbsent ? { outcome: "acknowledged", found: null, reason: null } : answered(reply);
}

function answered(reply: Reply<V1Lease>): LeaseObjectAttempt {
  const found = reply.kind === "answer" ? foundIn(reply.body) : null;
  if (found !== null) return { outcome: "acknowledged", found, reason: null };
  const { outcome, reason } = rowOf(reply);
  return { outcome, found: null, reason };
}
