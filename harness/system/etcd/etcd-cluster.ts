/** A running etcd cluster, as the rest of the harness uses it. The substrate owns its processes; here are only clients. */
import { DrillError, formatMs, type RunContext } from "../../core/index.ts";
import { createSecureContext } from "node:tls";
import type { Machine } from "../../substrate/index.ts";
import type { Cluster, ClusterNode, RoleBinding } from "../cluster.ts";
import type { KeyPair } from "./certificates.ts";
import { etcdClient } from "./client.ts";
import { isFatalLogLine } from "./fatal-log-line.ts";
import { openGateway, type PageGateway } from "./gateway.ts";
import { hashByGrpc } from "./hash-by-grpc.ts";
import { readHeld } from "./held.ts";
import { etcdLeases } from "./leases.ts";
import { viewMember } from "./view.ts";
import { openWatch } from "./watch.ts";

export interface EtcdClusterOptions {
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
  const opened = new Set<PageGateway>();

  const nodeOf = (name: string): ClusterNode => {
    const node = nodes.find((one) => one.name === name);
    if (node === undefined) throw new DrillError("harness", "cluster", `there is no node ${name} in this cluster`);
    return node;
  };
  const gatewayTo = (name: string): PageGateway => {
    const gateway = openGateway({ clientUrl: nodeOf(name).clientUrl, credentials });
    opened.add(gateway);
    return {
      call: gateway.call,
      page: gateway.page,
      [Symbol.dispose]: () => {
        opened.delete(gateway);
        gateway[Symbol.dispose]();
      },
    };
  };
  /** Views have connections of their own, so that a stalled client never stands before them. */
  const views = new Map(nodes.map((node) => [node.name, gatewayTo(node.name)]));

  return {
    nodes,
    workstation,
    openClient: (node, { timeoutMs }) => etcdClient(gatewayTo(node), timeoutMs),
    probeAccess: (node) => ({
      kind: "etcd",
      clientUrl: nodeOf(node).clientUrl,
      authority: options.authority,
      certificate: options.client.certificate,
      privateKey: options.client.key,
    }),
    watches: { open: (node, watch) => openWatch({ clientUrl: nodeOf(node).clientUrl, credentials }, watch) },
    openLeaseClient: (node, { timeoutMs }) => etcdLeases(gatewayTo(node), timeoutMs),
    view: async (node, viewOptions) =>
      viewMember(views.get(node) ?? gatewayTo(node), node, viewOptions, (revision, timeoutMs) =>
        hashByGrpc({ clientUrl: nodeOf(node).clientUrl, credentials }, revision, timeoutMs),
      ),
    held: async function* (node, heldOptions) {
      using gateway = gatewayTo(node);
      return yield* readHeld(gateway, heldOptions);
    },
    restart: async (name) => restartMember(nodeOf(name), run),
    isFatalLogLine,
    roleEnvironment: (bindings) => roleEnvironment(bindings, nodes),
    [Symbol.asyncDispose]: async () => {
      for (const gateway of opened) gateway[Symbol.dispose]();
    },
  };
}

async function restartMember(node: ClusterNode, run: RunContext): Promise<void> {
  const { machine, process } = node;
  if (!machine.isRunning(process)) {
    throw new DrillError(
      "environment",
      "rolling-restart",
      `${node.name}: ${process} does not run as its manifest's process, so there is nothing to restart: it has ended by itself, or the page started it by hand`,
    );
  }
  await machine.signal(process, "SIGTERM", "harness");
  const waiting = new AbortController();
  const gaveUp = run.clock
    .sleep(ORDERLY_STOP_WITHIN_MS, AbortSignal.any([waiting.signal, run.signal]))
    .then(() => true);
  // Its rejection is of interest only while somebody waits for it.
  gaveUp.catch(() => undefined);
  const stillRuns = await Promise.race([machine.exited(process).then(() => false), gaveUp]);
  waiting.abort();
  if (stillRuns) {
    throw new DrillError(
      "environment",
      "rolling-restart",
      `${node.name}: ${process} was told to stop (SIGTERM) and still runs after ${formatMs(ORDERLY_STOP_WITHIN_MS)}; see its log in the run's evidence`,
    );
  }
  await machine.start(process, "harness");
}

/** `survivor` at n2: SURVIVOR_NAME=n2, SURVIVOR_CLIENT_URL, SURVIVOR_PEER_URL. An unbound role has no variables: a page that uses them fails visibly. */
export function roleEnvironment(
  bindings: readonly RoleBinding[],
  nodes: readonly Pick<ClusterNode, "name" | "clientUrl" | "peerUrl">[],
): Readonly<Record<string, string>> {
  const variables: Record<string, string> = {};
  for (const { node: name, role } of bindings) {
    const node = nodes.find((one) => one.name === name);
    if (node === undefined) continue;
    const prefix = role.toUpperCase().replaceAll("-", "_");
    variables[`${prefix}_NAME`] = node.name;
    variables[`${prefix}_CLIENT_URL`] = node.clientUrl;
    variables[`${prefix}_PEER_URL`] = node.peerUrl;
  }
  return variables;
}
