/**
 * Makes an RKE cluster: virtual machines with their engines, certificates, images and the containers of each host, as RKE starts them.
 * Not its business: what is asked of the cluster afterwards (etcd-cluster.ts asks its members).
 */
import type { RunContext } from "../../core/index.ts";
import type { Node } from "../../substrate/index.ts";
import type { Cluster, ClusterNode, ProvisionOptions, System } from "../cluster.ts";
import { etcdCluster } from "../etcd/etcd-cluster.ts";
import { etcdctlEnvironment, LAYOUT } from "../etcd/layout.ts";
import { writeFileWithMode } from "../etcd/write-file.ts";
import { recordNode } from "../record-node.ts";
import { imagesNamed, makeImages, runOn } from "./images.ts";
import type { Pki } from "./pki.ts";
import type { RkeOptions } from "./rke.ts";
import { dockerRun, ETCD_DATA_DIR, ETCD_SERVICE, memberFlag, servicesOf, type Service } from "./services.ts";
import { vmNode, type VmNode } from "./vm-node.ts";

/** A cluster that is to be made. */
export type ClusterToBe = Pick<System, "nodeNames" | "memberNames"> & Required<Omit<RkeOptions, "members" | "spares">>;

/** Those of RKE's firewall rules that the harness uses. */
const PORTS = { client: 2379, peer: 2380, api: 6443 } as const;

/** Files for a machine, on the way to where only it may write; and the command that RKE would run for each container. */
const STAGED_SSL = "rke/ssl";
const STAGED_RUN = "rke/run";

/** The administrator's, on the workstation. */
const KUBECONFIG = "kube/config";

/** Makes the cluster and starts its containers; a spare is a machine with its engine, the images and RKE's files. */
export async function provisionRke(own: ClusterToBe, options: ProvisionOptions): Promise<Cluster> {
  const { programs, recorder, run, substrate } = options;
  const { prefix } = own;
  const images = imagesNamed(own.etcdImage);
  const { makePki } = await import("./pki.ts");
  const machines = await Promise.all(
    own.nodeNames.map(async (name) =>
      substrate.createNode({
        name,
        programs: { ...programs, ...own.nodeCommands },
        ports: PORTS,
        ownEngine: true,
        recorder,
      }),
    ),
  );
  const furnish = oneAfterAnother(async (machine: Node) => makeImages(machine, images, run.signal));
  const vms = machines.map((machine) => vmNode({ machine, run, recorder, furnish }));
  const nodes = vms.map((machine) => clusterNode(machine, prefix, own.memberNames.includes(machine.name)));
  for (const node of nodes) recordNode(node, options);
  const workstation = await substrate.createWorkstation({ name: "workstation", programs });
  const pki = await makePki(run.runId, machines);
  const members = nodes.filter(({ startsAs }) => startsAs === "member");
  await writeFileWithMode(workstation, LAYOUT.authority, pki.authority, 0o644);
  await writeFileWithMode(workstation, LAYOUT.clientCertificate, pki.admin.certificate, 0o644);
  await writeFileWithMode(workstation, LAYOUT.clientKey, pki.admin.key, 0o600);
  await writeFileWithMode(workstation, KUBECONFIG, adminKubeconfig(workstation.homeDir), 0o600);
  Object.assign(workstation.environment, {
    ...etcdctlEnvironment(
      workstation.homeDir,
      members.map(({ clientUrl }) => clientUrl),
    ),
    KUBECONFIG: `${workstation.homeDir}/${KUBECONFIG}`,
    PREFIX: prefix,
  });
  const etcdHosts = members.map(({ machine }) => machine);
  // What lies on a spare is of another cluster with the same settings: a page that takes it over must say whom a member knows and an API server asks.
  const others = machines.filter((machine) => !etcdHosts.some(({ name }) => name === machine.name));
  const servicesOfHost = (host: Node): readonly Service[] =>
    servicesOf({ host, etcdHosts: own.memberNames.includes(host.name) ? etcdHosts : others, images, prefix });
  await Promise.all(
    vms.map(async (machine) => {
      await furnish(machine);
      await layOut({ machine, pki, prefix, services: servicesOfHost(machine), signal: run.signal });
    }),
  );
  const hosts = vms.filter(({ name }) => own.memberNames.includes(name));
  await Promise.all(
    hosts.map(async (host) => {
      for (const service of servicesOfHost(host)) await host.runService(service, "harness");
    }),
  );
  const store = etcdCluster({ name: "rke", nodes, workstation, authority: pki.authority, client: pki.admin, run });
  const cluster = own.account === "keys" ? store : await withObjects(store, pki, run);
  return {
    ...cluster,
    [Symbol.asyncDispose]: async () => {
      await cluster[Symbol.asyncDispose]();
      await Promise.all(vms.map(async (vm) => vm[Symbol.asyncDispose]()));
    },
  };
}

/**
 * The same, for one machine at a time. With three at once the engines took two processors and the disk whole, and the harness's loop stood still
 * for up to 0.6 s while the new machines came up; seen on 23 November 2026.
 */
function oneAfterAnother(furnish: (machine: Node) => Promise<void>): (machine: Node) => Promise<void> {
  let last = Promise.resolve();
  return async (machine) => {
    const own = last.then(async () => furnish(machine));
    last = own.catch(() => {}); // told to whoever asked for it
    return own;
  };
}

/** The same cluster, whose clients write to the API of each host. */
async function withObjects(store: Cluster, { admin, authority }: Pki, run: RunContext): Promise<Cluster> {
  // The client of Kubernetes is a thousand files, which no other drill needs.
  const { objectCluster } = await import("../kubernetes/object-cluster.ts");
  const apiUrlOf = ({ machine }: ClusterNode): string => `https://${machine.address}:${machine.port("api")}`;
  return objectCluster({ store, apiUrlOf, authority, admin, run });
}

function clusterNode(machine: VmNode, prefix: string, isMember: boolean): ClusterNode {
  const { address, name } = machine;
  const urlOf = (port: string): string => `https://${address}:${machine.port(port)}`;
  return {
    name,
    clientUrl: urlOf("client"),
    peerUrl: urlOf("peer"),
    startsAs: isMember ? "member" : "spare",
    // On the machine's own disk (Node.ownDisk), and not in its home folder.
    dataDir: `${prefix}${ETCD_DATA_DIR}`.slice(1),
    process: ETCD_SERVICE,
    ownArgument: memberFlag(machine),
    machine,
  };
}

interface LayOutOptions extends Pick<RkeOptions, "prefix"> {
  readonly machine: Node;
  readonly pki: Pki;
  readonly services: readonly Service[];
  readonly signal: AbortSignal;
}

/** Puts the certificates where RKE has them, and beside them what RKE would run on this host. */
async function layOut({ machine, pki, prefix, services, signal }: LayOutOptions): Promise<void> {
  const { address, name } = machine;
  Object.assign(machine.environment, {
    NODE_NAME: name,
    NODE_ADDRESS: address,
    CLIENT_URL: `https://${address}:2379`,
    PEER_URL: `https://${address}:2380`,
    PREFIX: prefix,
  });
  for (const [path, content] of Object.entries(pki.files)) {
    const isSecret = path.endsWith("-key.pem") || path.endsWith(".yaml");
    await writeFileWithMode(
      machine,
      `${STAGED_SSL}/${path.slice(path.lastIndexOf("/") + 1)}`,
      content,
      isSecret ? 0o600 : 0o644,
    );
  }
  for (const service of services) {
    const words = ["docker", ...dockerRun(service)].map((word) => `'${word.replaceAll("'", String.raw`'\''`)}'`);
    await machine.writeFile(`${STAGED_RUN}/${service.name}.sh`, `${words.join(" ")}\n`);
  }
  const block = `set -e
mkdir -p ${prefix}/etc/kubernetes ${prefix}${ETCD_DATA_DIR} /opt/rke
cp -r "$HOME/${STAGED_SSL}" ${prefix}/etc/kubernetes/ssl
cp -r "$HOME/${STAGED_RUN}" /opt/rke/run
rm -r "$HOME/rke"`;
  await runOn(machine, block, { signal, what: "lay out its files" });
}

/** Of an administrator who says each time which host is meant (`--server`). */
function adminKubeconfig(homeDir: string): string {
  return `apiVersion: v1
kind: Config
clusters:
- cluster:
    certificate-authority: ${homeDir}/${LAYOUT.authority}
  name: local
contexts:
- context:
    cluster: local
    user: kube-admin-local
  name: local
current-context: local
users:
- name: kube-admin-local
  user:
    client-certificate: ${homeDir}/${LAYOUT.clientCertificate}
    client-key: ${homeDir}/${LAYOUT.clientKey}
`;
}
