/** An etcd cluster on machines that a copy has brought: its credentials are those that lie on the workstation. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Cluster, ClusterNode, ProvisionOptions } from "../cluster.ts";
import { etcdCluster } from "./etcd-cluster.ts";
import { LAYOUT } from "./layout.ts";

/** The face of the cluster. Starts nothing and asks nothing. */
export async function reopenEtcd(
  name: string,
  nodes: readonly ClusterNode[],
  { programs, run, substrate }: ProvisionOptions,
): Promise<Cluster> {
  const workstation = await substrate.createWorkstation({ name: "workstation", programs });
  const read = async (path: string): Promise<string> => readFile(join(workstation.homeDir, path), "utf8");
  const client = { certificate: await read(LAYOUT.clientCertificate), key: await read(LAYOUT.clientKey) };
  return etcdCluster({ name, nodes, workstation, authority: await read(LAYOUT.authority), client, run });
}
