/**
 * The containers of a host of an RKE cluster: their names, images, mounts and flags, as RKE makes them (rancher/rke, cluster/plan.go), but
 * for flags that Kubernetes of this version has no more. Data only; nothing is started here.
 */
import { certificatePath, etcdCertificate, keyPath, kubeconfigPath, type PkiHost } from "./pki.ts";

/** One container. */
export interface Service {
  /** E.g. `kube-apiserver`; also the value of RKE's label. */
  readonly name: string;
  readonly image: string;
  /** What `docker run` is told, but for name, label and image. */
  readonly options: readonly string[];
  readonly command: readonly string[];
}

/** The images' names. */
export interface ServiceImages {
  readonly etcd: string;
  readonly hyperkube: string;
  readonly tools: string;
}

/** By which RKE finds its containers. */
export const NAME_LABEL = "io.rancher.rke.container.name";

/** The container of an etcd member. */
export const ETCD_SERVICE = "etcd";

/** On the host, below the prefix; in the container it is RANCHER_DATA_DIR. */
export const ETCD_DATA_DIR = "/var/lib/etcd";
const RANCHER_DATA_DIR = "/var/lib/rancher/etcd";

const SERVICE_ADDRESSES = "10.43.0.0/16";
const POD_ADDRESSES = "10.42.0.0/16";

/** Folders of a host that RKE makes, relative to its root, besides that of etcd's data. */
export function hostFolders(prefix: string): readonly string[] {
  return [`${prefix}/etc/kubernetes`.slice(1), "opt/rke"];
}

/** What the containers of a host are told of the cluster. */
export interface ServiceOptions {
  readonly host: PkiHost;
  /** The hosts with a member of etcd. */
  readonly etcdHosts: readonly PkiHost[];
  readonly images: ServiceImages;
  /**
   * What stands before the paths of RKE's folders on the host: empty, or `/opt/rke` where the system's own folders cannot be written, as with
   * RancherOS (RKE, `prefix_path`). In the containers the paths are the same everywhere.
   */
  readonly prefix: string;
}

/** In the order in which they must be started, each after those that it takes something from. */
export function servicesOf(options: ServiceOptions): readonly Service[] {
  const { images, prefix } = options;
  const fromTools = ["--volumes-from=service-sidekick"];
  const kubernetes = [`--volume=${prefix}/etc/kubernetes:/etc/kubernetes:z`, ...fromTools, "--restart=always"];
  const run = (name: string, more: readonly string[], flags: Readonly<Record<string, string>>): Service => ({
    name,
    image: images.hyperkube,
    options: ["--network=host", ...kubernetes, ...more],
    command: ["/opt/rke-tools/entrypoint.sh", name, ...flagsOf(flags)],
  });
  const onTheHost = ["--privileged", "--pid=host"];
  return [
    { name: "service-sidekick", image: images.tools, options: ["--network=none"], command: ["/bin/bash"] },
    etcdService(options),
    run("kube-apiserver", [], apiserverFlags(options)),
    run("kube-proxy", onTheHost, {
      "cluster-cidr": POD_ADDRESSES,
      "hostname-override": options.host.name,
      kubeconfig: kubeconfigPath("kube-proxy"),
    }),
    run(
      "kubelet",
      [
        ...onTheHost,
        `--volume=${prefix}/var/lib/kubelet:/var/lib/kubelet:shared,z`,
        "--volume=/var/run:/var/run:rw,rprivate",
      ],
      {
        address: "0.0.0.0",
        "hostname-override": options.host.name,
        kubeconfig: kubeconfigPath("kube-node"),
        "node-ip": options.host.address,
      },
    ),
    run("kube-scheduler", [], {
      "authentication-kubeconfig": kubeconfigPath("kube-scheduler"),
      "authorization-kubeconfig": kubeconfigPath("kube-scheduler"),
      kubeconfig: kubeconfigPath("kube-scheduler"),
      "leader-elect": "true",
      profiling: "false",
    }),
    run("kube-controller-manager", [], {
      "allocate-node-cidrs": "true",
      "authentication-kubeconfig": kubeconfigPath("kube-controller-manager"),
      "authorization-kubeconfig": kubeconfigPath("kube-controller-manager"),
      "cluster-cidr": POD_ADDRESSES,
      "configure-cloud-routes": "false",
      kubeconfig: kubeconfigPath("kube-controller-manager"),
      "leader-elect": "true",
      "node-monitor-grace-period": "40s",
      profiling: "false",
      "root-ca-file": certificatePath("kube-ca"),
      "service-account-private-key-file": keyPath("kube-service-account-token"),
      "service-cluster-ip-range": SERVICE_ADDRESSES,
      "use-service-account-credentials": "true",
    }),
  ];
}

/** The arguments of `docker` that make and start it. */
export function dockerRun({ command, image, name, options }: Service): readonly string[] {
  return ["run", "--detach", `--name=${name}`, ...options, `--label=${NAME_LABEL}=${name}`, image, ...command];
}

/** The flag by which the process of a host's member differs from those of all others. */
export function memberFlag({ address }: Pick<PkiHost, "address">): string {
  return `--initial-advertise-peer-urls=https://${address}:2380`;
}

function etcdService({ etcdHosts, host, images, prefix }: ServiceOptions): Service {
  const own = etcdCertificate(host);
  const [certificate, key, authority] = [certificatePath(own), keyPath(own), certificatePath("kube-ca")];
  const environment = {
    ETCDCTL_API: "3",
    ETCDCTL_CACERT: authority,
    ETCDCTL_CERT: certificate,
    ETCDCTL_ENDPOINTS: "https://127.0.0.1:2379",
    ETCDCTL_KEY: key,
  };
  return {
    name: ETCD_SERVICE,
    image: images.etcd,
    options: [
      "--network=host",
      ...Object.entries(environment).map(([name, value]) => `--env=${name}=${value}`),
      `--volume=${prefix}${ETCD_DATA_DIR}:${RANCHER_DATA_DIR}:z`,
      `--volume=${prefix}/etc/kubernetes:/etc/kubernetes:z`,
      "--restart=always",
    ],
    command: [
      "/usr/local/bin/etcd",
      memberFlag(host),
      ...flagsOf({
        "advertise-client-urls": `https://${host.address}:2379`,
        "cert-file": certificate,
        "client-cert-auth": "true",
        "data-dir": RANCHER_DATA_DIR,
        "election-timeout": "5000",
        "heartbeat-interval": "500",
        "initial-cluster": etcdHosts.map(({ address, name }) => `${name}=https://${address}:2380`).join(","),
        "initial-cluster-state": "new",
        "initial-cluster-token": "etcd-cluster-1",
        "key-file": key,
        "listen-client-urls": "https://0.0.0.0:2379",
        "listen-peer-urls": "https://0.0.0.0:2380",
        // RKE puts `etcd-` before it; here a member is called as its node is, as on every substrate (docs/fidelity.md).
        name: host.name,
        "peer-cert-file": certificate,
        "peer-client-cert-auth": "true",
        "peer-key-file": key,
        "peer-trusted-ca-file": authority,
        "trusted-ca-file": authority,
      }),
    ],
  };
}

function apiserverFlags({ etcdHosts, host }: ServiceOptions): Readonly<Record<string, string>> {
  return {
    "advertise-address": host.address,
    "allow-privileged": "true",
    "anonymous-auth": "false",
    "authorization-mode": "Node,RBAC",
    "bind-address": "0.0.0.0",
    "client-ca-file": certificatePath("kube-ca"),
    "etcd-cafile": certificatePath("kube-ca"),
    "etcd-certfile": certificatePath("kube-node"),
    "etcd-keyfile": keyPath("kube-node"),
    "etcd-prefix": "/registry",
    "etcd-servers": etcdHosts.map(({ address }) => `https://${address}:2379`).join(","),
    "kubelet-client-certificate": certificatePath("kube-apiserver"),
    "kubelet-client-key": keyPath("kube-apiserver"),
    "kubelet-preferred-address-types": "InternalIP,ExternalIP,Hostname",
    profiling: "false",
    "proxy-client-cert-file": certificatePath("kube-apiserver-proxy-client"),
    "proxy-client-key-file": keyPath("kube-apiserver-proxy-client"),
    "requestheader-allowed-names": "kube-apiserver-proxy-client",
    "requestheader-client-ca-file": certificatePath("kube-apiserver-requestheader-ca"),
    "requestheader-extra-headers-prefix": "X-Remote-Extra-",
    "requestheader-group-headers": "X-Remote-Group",
    "requestheader-username-headers": "X-Remote-User",
    "secure-port": "6443",
    "service-account-issuer": "rke",
    "service-account-key-file": keyPath("kube-service-account-token"),
    "service-account-lookup": "true",
    "service-account-signing-key-file": keyPath("kube-service-account-token"),
    "service-cluster-ip-range": SERVICE_ADDRESSES,
    "service-node-port-range": "30000-32767",
    "storage-backend": "etcd3",
    "tls-cert-file": certificatePath("kube-apiserver"),
    "tls-private-key-file": keyPath("kube-apiserver"),
  };
}

function flagsOf(flags: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
}
