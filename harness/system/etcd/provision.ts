/**
 * Makes an etcd cluster, or two side by side: nodes, certificates, manifests, first start.
 * Not its business: what is asked of a cluster afterwards (etcd-cluster.ts).
 */
import { recorderOfBystander } from "../../ledger/index.ts";
import type { Machine, Node } from "../../substrate/index.ts";
import type { Cluster, ClusterNode, ProvisionOptions, System } from "../cluster.ts";
import { recordNode } from "../record-node.ts";
import type { Certificates } from "./certificates.ts";
import { etcdCluster } from "./etcd-cluster.ts";
import type { EtcdOptions } from "./etcd.ts";
import {
  clientEnvironment,
  dataDirFlag,
  ETCD_PROCESS,
  etcdctlEnvironment,
  etcdManifest,
  LAYOUT,
  nodeEnvironment,
  severalClusters,
} from "./layout.ts";
import { writeFileWithMode } from "./write-file.ts";

/** etcd's registered ports; the substrate may give others. */
const PORTS = { client: 2379, peer: 2380 } as const;

/** Only its owner may read a private key. */
const SECRET_MODE = 0o600;
const PUBLIC_MODE = 0o644;

/** A cluster that is to be made. */
export interface ClusterToBe
  extends Pick<System, "nodeNames" | "memberNames">, Pick<EtcdOptions, "authorityKey" | "spareMachines"> {
  readonly name: string;
  readonly flagsOf: (node: string) => readonly string[];
}

/** Makes the cluster, and the one beside it, and starts a member on each node that is to have one. */
export async function provisionEtcd(
  own: ClusterToBe,
  bystander: ClusterToBe | null,
  options: ProvisionOptions,
): Promise<Cluster> {
  const { programs, recorder, run, substrate } = options;
  // Loaded only now: it costs more start-up time than everything else together.
  const { makeCertificates } = await import("./certificates.ts");
  const ofBystander = bystander === null ? recorder : recorderOfBystander(recorder, bystander.name);
  const nodes = await makeNodes(own, options);
  const besides = bystander === null ? [] : await makeNodes(bystander, { ...options, recorder: ofBystander });
  for (const node of nodes) recordNode(node, { ...options, recorder });
  for (const node of besides) recordNode(node, { ...options, recorder: ofBystander });
  const all = [...nodes, ...besides];
  const certificates = await makeCertificates({ runId: run.runId, nodes: all.map(({ machine }) => machine) });
  const workstation = await substrate.createWorkstation({ name: "workstation", programs });
  await writeClientCredentials(workstation, certificates);
  const endpoints = membersOf(nodes).map((node) => node.clientUrl);
  Object.assign(
    workstation.environment,
    bystander === null
      ? etcdctlEnvironment(workstation.homeDir, endpoints)
      : {
          ...clientEnvironment(workstation.homeDir),
          ...severalClusters({ [own.name]: endpoints, [bystander.name]: besides.map((node) => node.clientUrl) }),
        },
  );
  const start = async (cluster: ClusterToBe, there: readonly ClusterNode[], token: string): Promise<Cluster> => {
    const members = membersOf(there);
    await Promise.all(there.map(async (node) => furnishNode(node, { cluster, members, token }, certificates)));
    await Promise.all(members.map(async ({ machine }) => machine.start(ETCD_PROCESS, "harness")));
    const { authority, client } = certificates;
    return etcdCluster({
      name: cluster.name,
      nodes: there,
      workstation,
      authority: authority.certificate,
      client,
      run,
    });
  };
  const cluster = await start(own, nodes, run.runId);
  // Another token, so that members of the two can never take each other for their own.
  const beside = bystander === null ? null : await start(bystander, besides, `${run.runId}-${bystander.name}`);
  return beside === null ? cluster : besideEachOther(cluster, beside);
}

/** Both clusters, each with its name in the variables of a page that is about it. */
function besideEachOther(cluster: Cluster, beside: Cluster): Cluster {
  const named = (one: Cluster): Pick<Cluster, "roleEnvironment"> => ({
    roleEnvironment: (bindings) => ({
      ...one.roleEnvironment(bindings),
      CLUSTER: one.name,
      CLUSTER_ENDPOINTS: one.nodes.map((node) => node.clientUrl).join(","),
    }),
  });
  return {
    ...cluster,
    ...named(cluster),
    bystander: { ...beside, ...named(beside) },
    [Symbol.asyncDispose]: async () => {
      await beside[Symbol.asyncDispose]();
      await cluster[Symbol.asyncDispose]();
    },
  };
}

function membersOf(nodes: readonly ClusterNode[]): readonly ClusterNode[] {
  return nodes.filter((node) => node.startsAs === "member");
}

/** Makes the machines. Records nothing and starts nothing. */
export async function makeNodes(
  { nodeNames, memberNames }: Pick<System, "nodeNames" | "memberNames">,
  { programs, recorder, substrate }: ProvisionOptions,
): Promise<readonly ClusterNode[]> {
  const machines = await Promise.all(
    nodeNames.map(async (name) => substrate.createNode({ name, programs, ports: PORTS, recorder })),
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
    ownArgument: dataDirFlag(machine.homeDir),
    machine,
  };
}

interface Furnishing {
  readonly cluster: ClusterToBe;
  readonly members: readonly ClusterNode[];
  readonly token: string;
}

/** Puts a member's files on its node: after it, `nodectl start etcd` starts a member of a new cluster. A bare spare gets none. */
async function furnishNode(
  node: ClusterNode,
  { cluster, members, token }: Furnishing,
  certificates: Certificates,
): Promise<void> {
  const { machine, startsAs } = node;
  Object.assign(machine.environment, nodeEnvironment(node, machine.homeDir));
  if (startsAs === "spare" && cluster.spareMachines === "bare") return;
  const own = certificates.members[node.name];
  if (own === undefined) throw new RangeError(`no certificate was made for ${node.name}`);
  await writeFileWithMode(machine, LAYOUT.memberCertificate, own.certificate, PUBLIC_MODE);
  await writeFileWithMode(machine, LAYOUT.memberKey, own.key, SECRET_MODE);
  await writeClientCredentials(machine, certificates);
  const flags = cluster.flagsOf(node.name);
  const manifest = etcdManifest({ initialCluster: members, token, flags, member: node, homeDir: machine.homeDir });
  await machine.writeFile(LAYOUT.manifest, manifest);
  if (startsAs === "member" && cluster.authorityKey === "with-members")
    await writeFileWithMode(machine, LAYOUT.authorityKey, certificates.authority.key, SECRET_MODE);
}

async function writeClientCredentials(machine: Machine, { authority, client }: Certificates): Promise<void> {
  await writeFileWithMode(machine, LAYOUT.authority, authority.certificate, PUBLIC_MODE);
  await writeFileWithMode(machine, LAYOUT.clientCertificate, client.certificate, PUBLIC_MODE);
  await writeFileWithMode(machine, LAYOUT.clientKey, client.key, SECRET_MODE);
}
