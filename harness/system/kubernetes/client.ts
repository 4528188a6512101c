/** The client of one API server: objects that are applied, deleted and read, each in one call and one attempt (laws 5 and 6). */
import { PatchStrategy, type V1PodTemplate } from "@kubernetes/client-node";
import type { Attempt, StoreClient } from "../cluster.ts";
import type { Api } from "./api.ts";
import { objectNameOf } from "./object-name.ts";
import { NAMESPACE, objectOf, RESOURCE, storedIn } from "./object.ts";
import { rowOf } from "./outcome.ts";
import type { Reply } from "./reply.ts";

/** By which the API knows whose fields are whose. */
const FIELD_MANAGER = "drillbook";

/**
 * A client on connections of its own; disposing closes them.
 * @param timeoutMs deadline of each attempt, from sending to the whole answer.
 */
export function objectClient(api: Api, timeoutMs: number): StoreClient {
  return {
    // Server-side apply: the only call that makes an object or changes it, whichever it takes. One that changes nothing has no new
    // revision, so that no value may be written twice in a row.
    put: async (key, value) => {
      const body = objectOf(key, value);
      const target = { name: objectNameOf(key), namespace: NAMESPACE, fieldManager: FIELD_MANAGER, force: true };
      return writeAttempt(
        await api.call(async (core) => core.patchNamespacedPodTemplate({ ...target, body }), {
          timeoutMs,
          contentType: PatchStrategy.ServerSideApply,
        }),
      );
    },
    delete: async (key) => {
      const target = { name: objectNameOf(key), namespace: NAMESPACE };
      return writeAttempt(await api.call(async (core) => core.deleteNamespacedPodTemplate(target), { timeoutMs }));
    },
    // Without a resourceVersion the server asks etcd, and etcd its majority.
    get: async (key) => read(api, key, { timeoutMs }),
    getLocal: async (key) => readCached(api, key, timeoutMs),
    transact: async () => {
      throw new RangeError("this store lacks transactions, and whoever asks must know");
    },
    [Symbol.asyncDispose]: async () => api[Symbol.dispose](),
  };
}

/** What the server itself has in its cache of objects, without asking etcd. */
export async function readCached(api: Api, key: string, timeoutMs: number): Promise<Attempt> {
  return read(api, key, { timeoutMs, query: { resourceVersion: "0" } });
}

async function read(api: Api, key: string, options: Parameters<Api["call"]>[1]): Promise<Attempt> {
  const target = { name: objectNameOf(key), namespace: NAMESPACE };
  return readAttempt(await api.call(async (core) => core.readNamespacedPodTemplate(target), options), target.name);
}

/** A write is acknowledged only by an answer that names its revision. */
export function writeAttempt(reply: Reply<V1PodTemplate>): Attempt {
  const stored = reply.kind === "answer" ? storedIn(reply.body) : null;
  if (stored === null) return notAcknowledged(reply);
  return { outcome: "acknowledged", revision: stored.revision, value: null, reason: null };
}

/** An object, or the server's word that there is none of this name. */
export function readAttempt(reply: Reply<V1PodTemplate>, name: string): Attempt {
  const isAbsent =
    reply.kind === "refusal" && reply.code === 404 && reply.about?.resource === RESOURCE && reply.about.name === name;
  if (isAbsent) return { outcome: "acknowledged", revision: null, value: null, reason: null };
  const stored = reply.kind === "answer" ? storedIn(reply.body) : null;
  if (stored === null) return notAcknowledged(reply);
  return { outcome: "acknowledged", revision: stored.revision, value: stored.value, reason: null };
}

function notAcknowledged(reply: Reply<unknown>): Attempt {
  const { outcome, reason } = rowOf(reply);
  return { outcome, revision: null, value: null, reason };
}
