/** A running etcd cluster, as the rest of the harness uses it. The substrate owns its processes; here are only clients. */
import { DrillError, type RunContext } from "../../core/index.ts";
import { createSecureContext } from "node:tls";
import type { Machine } from "../../substrate/index.ts";
import type { Cluster, ClusterNode } from "../cluster.ts";
import { restartMember } from "../restart-member.ts";
import { roleEnvironment } from "../role-environment.ts";
import type { KeyPair } from "../authority.ts";
import { openChannel, type Channel } from "./channel.ts";
import { etcdClient } from "./client.ts";
import { isFatalLogLine } from "./fatal-log-line.ts";
import { readHeld } from "./held.ts";
import { etcdLeases } from "./leases.ts";
import { viewMember } from "./view.ts";
import { openWatch } from "./watch.ts";

export interface EtcdClusterOptions {
  /** What people call it. */
  readonly name: string;
  readonly nodes: readonly ClusterNode[];
  readonly workstation: Machine;
  /** Certificate of the authority, PEM. */
  readonly authority: string;
  readonly client: KeyPair;
  readonly run: RunContext;
}

/** After SIGTERM a member hands over its leadership and closes its files; etcd itself waits for nothing longer than 7 s in that. */
const ORDERLY_STOP_WITHIN_MS = 30_000;

/** The cluster of these nodes. Opens no connection yet. */
export function etcdCluster(options: EtcdClusterOptions): Cluster {
  const { nodes, run, workstation } = options;
  const credentials = createSecureContext({
    ca: options.authority,
    cert: options.client.certificate,
    key: options.client.key,
  });
  const opened = new Set<Channel>();

  const nodeOf = (name: string): ClusterNode => {
    const node = nodes.find((one) => one.name === name);
    if (node === undefined) throw new DrillError("harness", "cluster", `there is no node ${name} in this cluster`);
    return node;
  };
  const channelTo = (name: string): Channel => {
    const channel = openChannel({ clientUrl: nodeOf(name).clientUrl, credentials });
    opened.add(channel);
    return {
      call: channel.call,
      page: channel.page,
      [Symbol.dispose]: () => {
        opened.delete(channel);
        channel[Symbol.dispose]();
      },
    };
  };
  /** Views have connections of their own, so that a stalled client never stands before them. */
  const views = new Map(nodes.map((node) => [node.name, channelTo(node.name)]));

  return {
    name: options.name,
    bystander: null,
    nodes,
    workstation,
    openClient: (node, { timeoutMs }) => etcdClient(channelTo(node), timeoutMs),
    openMemberClient: null,
    probeAccess: (node) => ({
      kind: "etcd",
      clientUrl: nodeOf(node).clientUrl,
      authority: options.authority,
      certificate: options.client.certificate,
      privateKey: options.client.key,
    }),
    watches: { open: (node, watch) => openWatch({ clientUrl: nodeOf(node).clientUrl, credentials }, watch) },
    openLeaseClient: (node, { timeoutMs }) => etcdLeases(channelTo(node), timeoutMs),
    openLeaseObjectClient: null,
    view: async (node, viewOptions) => viewMember(views.get(node) ?? channelTo(node), node, viewOptions),
    held: async function* (node, heldOptions) {
      using channel = channelTo(node);
      return yield* readHeld(channel, heldOptions);
    },
    restart: async (name) => restartMember(nodeOf(name), run, ORDERLY_STOP_WITHIN_MS),
    isFatalLogLine,
    roleEnvironment: (bindings) => roleEnvironment(bindings, nodes),
    [Symbol.asyncDispose]: async () => {
      for (const channel of opened) channel[Symbol.dispose]();
    },
  };
}
