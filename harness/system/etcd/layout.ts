/**
 * Where everything of a member lies on its node, and the manifest that starts it.
 * The manifest looks like a static Pod's, with one flag on a line, so that a page edits it as it would on a control plane.
 */
import { podManifest } from "../pod-manifest.ts";

/** The name of the member's process; its manifest is `manifests/etcd.yaml`. */
export const ETCD_PROCESS = "etcd";

/** Paths on a machine, relative to its home folder. */
export const LAYOUT = {
  dataDir: "var/lib/etcd",
  manifest: "manifests/etcd.yaml",
  authority: "pki/ca.crt",
  authorityKey: "pki/ca.key",
  memberCertificate: "pki/member.crt",
  memberKey: "pki/member.key",
  clientCertificate: "pki/client.crt",
  clientKey: "pki/client.key",
} as const;

/** One member to be, as the first cluster needs to know it. */
export interface MemberAddress {
  readonly name: string;
  readonly clientUrl: string;
  readonly peerUrl: string;
}

export interface ManifestOptions {
  readonly member: MemberAddress;
  /** The members of the new cluster, this one included. */
  readonly initialCluster: readonly MemberAddress[];
  /** Makes the new cluster's id differ from those of other runs. */
  readonly token: string;
  /** Absolute path of the node's home folder. */
  readonly homeDir: string;
  /** More flags, as they stand in the command, e.g. `--snapshot-count=100`; default: none. */
  readonly flags?: readonly string[];
}

/** The flag that says where a member's data lies. */
export function dataDirFlag(homeDir: string): string {
  return `--data-dir=${homeDir}/${LAYOUT.dataDir}`;
}

/** The start command of a member of a new cluster. Everything that is not named here is etcd's own default. */
export function etcdCommand(options: ManifestOptions): readonly string[] {
  const { member, homeDir } = options;
  const at = (path: string): string => `${homeDir}/${path}`;
  return [
    "etcd",
    `--name=${member.name}`,
    dataDirFlag(homeDir),
    `--listen-client-urls=${member.clientUrl}`,
    `--advertise-client-urls=${member.clientUrl}`,
    `--listen-peer-urls=${member.peerUrl}`,
    `--initial-advertise-peer-urls=${member.peerUrl}`,
    `--initial-cluster=${options.initialCluster.map((one) => `${one.name}=${one.peerUrl}`).join(",")}`,
    "--initial-cluster-state=new",
    `--initial-cluster-token=${options.token}`,
    "--client-cert-auth=true",
    `--trusted-ca-file=${at(LAYOUT.authority)}`,
    `--cert-file=${at(LAYOUT.memberCertificate)}`,
    `--key-file=${at(LAYOUT.memberKey)}`,
    "--peer-client-cert-auth=true",
    `--peer-trusted-ca-file=${at(LAYOUT.authority)}`,
    `--peer-cert-file=${at(LAYOUT.memberCertificate)}`,
    `--peer-key-file=${at(LAYOUT.memberKey)}`,
    ...(options.flags ?? []),
  ];
}

/** The text of `manifests/etcd.yaml`. */
export function etcdManifest(options: ManifestOptions): string {
  return podManifest(ETCD_PROCESS, etcdCommand(options));
}

/** Variables with which etcdctl finds its cluster and its credentials in a shell below `homeDir`. */
export function etcdctlEnvironment(homeDir: string, endpoints: readonly string[]): Readonly<Record<string, string>> {
  return { ETCDCTL_ENDPOINTS: endpoints.join(","), ...clientEnvironment(homeDir) };
}

/** The same without the cluster's addresses: where there is more than one cluster, whoever calls etcdctl says which. */
export function clientEnvironment(homeDir: string): Readonly<Record<string, string>> {
  return {
    ETCDCTL_CACERT: `${homeDir}/${LAYOUT.authority}`,
    ETCDCTL_CERT: `${homeDir}/${LAYOUT.clientCertificate}`,
    ETCDCTL_KEY: `${homeDir}/${LAYOUT.clientKey}`,
  };
}

/** Variables of a workstation that reaches several clusters: `CLUSTERS`, and for each its members, e.g. `EVENTS_ENDPOINTS`. */
export function severalClusters(
  endpointsOf: Readonly<Record<string, readonly string[]>>,
): Readonly<Record<string, string>> {
  const named = Object.entries(endpointsOf);
  return {
    CLUSTERS: named.map(([name]) => name).join(" "),
    ...Object.fromEntries(
      named.map(([name, endpoints]) => [`${name.toUpperCase().replaceAll("-", "_")}_ENDPOINTS`, endpoints.join(",")]),
    ),
  };
}

/**
 * Variables of every shell on a member's node. None begins with `ETCD_`: the server reads those as flags, and a page that
 * starts it from such a shell would not start what its manifest says.
 */
export function nodeEnvironment(member: MemberAddress, homeDir: string): Readonly<Record<string, string>> {
  return {
    ...etcdctlEnvironment(homeDir, [member.clientUrl]),
    NODE_NAME: member.name,
    CLIENT_URL: member.clientUrl,
    PEER_URL: member.peerUrl,
    DATA_DIR: `${homeDir}/${LAYOUT.dataDir}`,
    MANIFEST: `${homeDir}/${LAYOUT.manifest}`,
  };
}
