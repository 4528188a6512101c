/**
 * Makes a dqlite cluster: nodes, links, manifests, first start. The first member makes the cluster; when it serves, the others ask it to be let in.
 * Not its business: what is asked of a cluster afterwards (dqlite-cluster.ts).
 */
import { mkdir, symlink } from "node:fs/promises";
import { join, relative } from "node:path";
import type { Node } from "../../substrate/index.ts";
import type { Cluster, ClusterNode, ProvisionOptions, System } from "../cluster.ts";
import { recordNode } from "../record-node.ts";
import { peerUrlOf } from "./addresses.ts";
import { dqliteCluster } from "./dqlite-cluster.ts";
import { untilServes } from "./until-serves.ts";
import { dirFlag, DQLITE_PROCESS, dqliteManifest, LAYOUT, nodeEnvironment, type MemberAddress } from "./layout.ts";

/** The ports of dqlite's own examples; the substrate may give others. */
const PORTS = { api: 8001, db: 9001 } as const;

/** A cluster that is to be made. */
export interface ClusterToBe extends Pick<System, "nodeNames" | "memberNames"> {
  readonly name: string;
  /** Name to path. */
  readonly nodeCommands: Readonly<Record<string, string>>;
  /** Null: no disk of its own. */
  readonly diskBytes: number | null;
}

/** Makes the cluster and starts a member on each node that is to have one. */
export async function provisionDqlite(own: ClusterToBe, options: ProvisionOptions): Promise<Cluster> {
  const { programs, recorder, run, substrate } = options;
  const nodes = await makeNodes(own, options);
  for (const node of nodes) recordNode(node, { recorder, run });
  const workstation = await substrate.createWorkstation({ name: "workstation", programs });
  const members = nodes.filter(({ startsAs }) => startsAs === "member");
  workstation.environment["DQLITE_SERVERS"] = members.map(({ machine }) => addressOf(machine).db).join(",");
  const [first] = members;
  for (const node of nodes) await furnishNode(node, first === undefined || node === first ? [] : [first]);
  for (const node of members) {
    await node.machine.start(DQLITE_PROCESS, "harness");
    // Each makes the table when it starts, and ends for good if another writes at that instant (`database is locked`).
    if (node === first) await untilServes(node, run);
  }
  return dqliteCluster({ name: own.name, nodes, workstation, run });
}

/** The cluster on machines that a copy has brought. Starts nothing and asks nothing. */
export async function reopenDqlite(own: ClusterToBe, options: ProvisionOptions): Promise<Cluster> {
  const { programs, run, substrate } = options;
  const nodes = await makeNodes(own, options);
  const workstation = await substrate.createWorkstation({ name: "workstation", programs });
  return dqliteCluster({ name: own.name, nodes, workstation, run });
}

async function makeNodes(
  { diskBytes, memberNames, nodeCommands, nodeNames }: ClusterToBe,
  { programs, recorder, substrate }: ProvisionOptions,
): Promise<readonly ClusterNode[]> {
  const disk = diskBytes === null ? {} : { disk: { path: LAYOUT.disk, sizeBytes: diskBytes } };
  const node = { programs: { ...programs, ...nodeCommands }, ports: PORTS, recorder, atRoot: LAYOUT.atRoot, ...disk };
  const machines = await Promise.all(nodeNames.map(async (name) => substrate.createNode({ name, ...node })));
  return machines.map((machine) => clusterNode(machine, memberNames.includes(machine.name)));
}

function clusterNode(machine: Node, isMember: boolean): ClusterNode {
  const { api, db } = addressOf(machine);
  return {
    name: machine.name,
    clientUrl: `http://${api}`,
    peerUrl: peerUrlOf(db),
    startsAs: isMember ? "member" : "spare",
    dataDir: LAYOUT.dataDir,
    process: DQLITE_PROCESS,
    ownArgument: dirFlag(machine.homeDir),
    machine,
  };
}

function addressOf(machine: Node): MemberAddress {
  const { address, name } = machine;
  return { name, api: `${address}:${machine.port("api")}`, db: `${address}:${machine.port("db")}` };
}

/** Puts a member's files on its node: after it, `nodectl start dqlite` starts a member. */
async function furnishNode({ machine }: ClusterNode, joins: readonly ClusterNode[]): Promise<void> {
  const member = addressOf(machine);
  const { homeDir } = machine;
  Object.assign(machine.environment, nodeEnvironment(member, machine));
  const addresses = join(homeDir, LAYOUT.addresses);
  const backend = join(homeDir, LAYOUT.dataDir);
  await mkdir(backend, { recursive: true });
  await mkdir(addresses, { recursive: true });
  await symlink(relative(addresses, backend), join(addresses, member.db));
  const manifest = dqliteManifest({ member, joins: joins.map((node) => addressOf(node.machine)), homeDir });
  await machine.writeFile(LAYOUT.manifest, manifest);
}
