/**
 * A cluster of Kubernetes whose account is made of objects: what clients write and read, watch and hold goes through the API server of
 * each host; what members say of themselves, and how they are restarted, stays etcd's.
 */
import { createSecureContext } from "node:tls";
import type { RunContext } from "../../core/index.ts";
import type { KeyPair } from "../authority.ts";
import type { Cluster, ClusterNode } from "../cluster.ts";
import { openApi, type Api } from "./api.ts";
import { objectClient } from "./client.ts";
import { readHeldObjects } from "./held.ts";
import { leaseObjectClient } from "./lease-client.ts";
import { openObjectWatch } from "./watch.ts";

export interface ObjectClusterOptions {
  /** The cluster of its etcd; disposed with this one. */
  readonly store: Cluster;
  /** Where the API server of a node is. */
  readonly apiUrlOf: (node: ClusterNode) => string;
  /** Certificate of the authority, PEM. */
  readonly authority: string;
  /** Of somebody to whom Kubernetes allows everything. */
  readonly admin: KeyPair;
  readonly run: RunContext;
}

/** How long a member of etcd may take for its hash. */
const HASH_WITHIN_MS = 10_000;

/** The cluster. Opens no connection yet. */
export function objectCluster({ admin, apiUrlOf, authority, run, store }: ObjectClusterOptions): Cluster {
  const credentials = createSecureContext({ ca: authority, cert: admin.certificate, key: admin.key });
  const urls = new Map(store.nodes.map((node) => [node.name, apiUrlOf(node)]));
  const linkTo = (node: string): Parameters<typeof openApi>[0] => {
    const clientUrl = urls.get(node);
    if (clientUrl === undefined) throw new RangeError(`there is no node ${node} in this cluster`);
    return { clientUrl, credentials };
  };
  const opened = new Set<Api>();
  const apiOf = (node: string): Api => {
    const api = openApi(linkTo(node));
    opened.add(api);
    return {
      call: api.call,
      [Symbol.dispose]: () => {
        opened.delete(api);
        api[Symbol.dispose]();
      },
    };
  };
  return {
    ...store,
    openClient: (node, { timeoutMs }) => objectClient(apiOf(node), timeoutMs),
    // An API server asks whichever member of etcd it is connected to.
    openMemberClient: store.openClient,
    probeAccess: (node) => ({
      kind: "kubernetes",
      clientUrl: linkTo(node).clientUrl,
      authority,
      certificate: admin.certificate,
      privateKey: admin.key,
    }),
    watches: {
      open: async function* (node, watch) {
        using api = apiOf(node);
        return yield* openObjectWatch(linkTo(node), api, watch);
      },
    },
    openLeaseClient: null,
    openLeaseObjectClient: (node, { timeoutMs }) => leaseObjectClient(apiOf(node), timeoutMs),
    held: async function* (node, held) {
      using api = apiOf(node);
      const hashAt = async (hashAtRevision: string) =>
        (await store.view(node, { timeoutMs: HASH_WITHIN_MS, hashAtRevision })).stateHash;
      return yield* readHeldObjects({ api, clock: run.clock, signal: run.signal, hashAt }, held);
    },
    [Symbol.asyncDispose]: async () => {
      for (const api of opened) api[Symbol.dispose]();
      await store[Symbol.asyncDispose]();
    },
  };
}
