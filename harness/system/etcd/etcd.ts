/**
 * etcd as a system under recovery: nodes, certificates, manifests, first start.
 * Not its business: what is asked of the cluster afterwards (etcd-cluster.ts).
 */
import type { Machine, Node } from "../../substrate/index.ts";
import type { Cluster, ClusterNode, ProvisionOptions, System } from "../cluster.ts";
import type { Certificates, KeyPair } from "./certificates.ts";
import { etcdCluster } from "./etcd-cluster.ts";
import {
  ETCD_PROCESS,
  etcdctlEnvironment,
  etcdManifest,
  LAYOUT,
  nodeEnvironment,
  type ManifestOptions,
} from "./layout.ts";
import { reopenEtcd } from "./reopen.ts";
import { writeFileWithMode } from "./write-file.ts";

export interface EtcdOptions {
  /** Voting members, at n1, n2, ... */
  readonly members: number;
  /** Machines beside them without a member, at the names that follow; default: none. */
  readonly spares?: number;
  /** The version that the drill is about, e.g. that of a defect; default: any. `--with` overrides it. */
  readonly version?: string;
  /** Versions of which the operator has the server at hand beside the drill's own, as `etcd-3.6.14` on every node; default: none. */
  readonly serversAtHand?: readonly string[];
  /** Flags of every member's start command beside those that a cluster needs, e.g. `--snapshot-count=100`; default: none. */
  readonly flags?: readonly string[];
  /** More flags of single nodes, by name, after those of all; for members that are not configured alike. Default: none. */
  readonly flagsOf?: Readonly<Record<string, readonly string[]>>;
}

/** etcd's registered ports; the substrate may give others. */
const PORTS = { client: 2379, peer: 2380 } as const;

/** Only its owner may read a private key. */
const SECRET_MODE = 0o600;
const PUBLIC_MODE = 0o644;

/** An etcd cluster with TLS for clients and peers, and etcd's own defaults for everything that is a matter of taste. */
export function etcd(options: EtcdOptions): System {
  const { members, spares = 0 } = options;
  const nodeNames = Array.from({ length: members + spares }, (_, index) => `n${index + 1}`);
  const memberNames = nodeNames.slice(0, members);
  return {
    id: "etcd",
    programs: ["etcd", "etcdctl", "etcdutl", ...(options.serversAtHand ?? []).map((version) => `etcd@${version}`)],
    versions: options.version === undefined ? {} : { etcd: options.version },
    commandLines: { programs: { etcd: "flags", etcdctl: "subcommands", etcdutl: "subcommands" }, manifest: "etcd" },
    nodeNames,
    memberNames,
    // The only one in 3.6: unsafe-no-fsync harms too, but is no part of any recovery (`etcd --help`).
    recoveryFlags: { flags: ["force-new-cluster"], variables: ["ETCD_FORCE_NEW_CLUSTER"] },
    // server/embed/serve.go: client listeners wait for ReadyNotify, that is for a write of the member's own to be committed.
    silentWithoutLeader: "an etcd member that starts serves clients only when a leader has committed its name",
    // server/etcdserver/api/rafthttp/util.go: what a peer answers, which the member then logs.
    oldDataRefusals: ["permanently removed from the cluster", "cluster ID mismatch"],
    provision: async (provision) => {
      const flagsOf = (name: string): readonly string[] => [
        ...(options.flags ?? []),
        ...(options.flagsOf?.[name] ?? []),
      ];
      return provisionEtcd({ nodeNames, memberNames, flagsOf }, provision);
    },
    reopen: async (reopening) => reopenEtcd(await makeNodes({ nodeNames, memberNames }, reopening), reopening),
  };
}

async function provisionEtcd(
  {
    nodeNames,
    memberNames,
    flagsOf,
  }: Pick<System, "nodeNames" | "memberNames"> & {
    readonly flagsOf: (node: string) => readonly string[];
  },
  options: ProvisionOptions,
): Promise<Cluster> {
  const { programs, recorder, run, substrate } = options;
  // Loaded only now: it costs more start-up time than everything else together.
  const { makeCertificates } = await import("./certificates.ts");
  const nodes = await makeNodes({ nodeNames, memberNames }, options);
  const members = nodes.filter((node) => node.startsAs === "member");
  for (const node of nodes) {
    const { clientUrl, machine, name, peerUrl, startsAs } = node;
    recorder.record({
      kind: "node",
      atMs: run.clock.nowMs(),
      node: name,
      address: machine.address,
      clientUrl,
      peerUrl,
      startsAs,
    });
  }
  const certificates = await makeCertificates({ runId: run.runId, nodes: nodes.map(({ machine }) => machine) });
  const workstation = await substrate.createWorkstation({ name: "workstation", programs });
  await furnishWorkstation(workstation, certificates, members);
  await Promise.all(
    nodes.map(async (node) => {
      const flags = flagsOf(node.name);
      return furnishNode(node, { initialCluster: members, token: run.runId, flags }, certificates);
    }),
  );
  for (const node of members) await node.machine.start(ETCD_PROCESS, "harness");
  return etcdCluster({ nodes, workstation, authority: certificates.authority, client: certificates.client, run });
}

async function makeNodes(
  { nodeNames, memberNames }: Pick<System, "nodeNames" | "memberNames">,
  { programs, substrate }: ProvisionOptions,
): Promise<readonly ClusterNode[]> {
  const machines = await Promise.all(
    nodeNames.map(async (name) => substrate.createNode({ name, programs, ports: PORTS })),
  );
  return machines.map((machine) => clusterNode(machine, memberNames.includes(machine.name)));
}

function clusterNode(machine: Node, isMember: boolean): ClusterNode {
  const urlOf = (port: string): string => `https://${machine.address}:${machine.port(port)}`;
  return {
    name: machine.name,
    clientUrl: urlOf("client"),
    peerUrl: urlOf("peer"),
    startsAs: isMember ? "member" : "spare",
    dataDir: LAYOUT.dataDir,
    process: ETCD_PROCESS,
    machine,
  };
}

/** Puts a member's files on its node: after it, `nodectl start etcd` starts a member of a new cluster. */
async function furnishNode(
  node: ClusterNode,
  cluster: Pick<ManifestOptions, "initialCluster" | "token" | "flags">,
  certificates: Certificates,
): Promise<void> {
  const { machine } = node;
  const own = certificates.members[node.name];
  if (own === undefined) throw new RangeError(`no certificate was made for ${node.name}`);
  await writeFileWithMode(machine, LAYOUT.memberCertificate, own.certificate, PUBLIC_MODE);
  await writeFileWithMode(machine, LAYOUT.memberKey, own.key, SECRET_MODE);
  await writeClientCredentials(machine, certificates.authority, certificates.client);
  const manifest = etcdManifest({ ...cluster, member: node, homeDir: machine.homeDir });
  await machine.writeFile(LAYOUT.manifest, manifest);
  Object.assign(machine.environment, nodeEnvironment(node, machine.homeDir));
}

async function furnishWorkstation(
  workstation: Machine,
  certificates: Certificates,
  nodes: readonly ClusterNode[],
): Promise<void> {
  await writeClientCredentials(workstation, certificates.authority, certificates.client);
  const endpoints = nodes.map((node) => node.clientUrl);
  Object.assign(workstation.environment, etcdctlEnvironment(workstation.homeDir, endpoints));
}

async function writeClientCredentials(machine: Machine, authority: string, client: KeyPair): Promise<void> {
  await writeFileWithMode(machine, LAYOUT.authority, authority, PUBLIC_MODE);
  await writeFileWithMode(machine, LAYOUT.clientCertificate, client.certificate, PUBLIC_MODE);
  await writeFileWithMode(machine, LAYOUT.clientKey, client.key, SECRET_MODE);
}
