/**
 * The files of /etc/kubernetes/ssl on each host of an RKE cluster: what is where, under the names that RKE gives (rancher/rke, pki/pki.go),
 * since a page calls them by these. Not its business: putting them there (provision.ts).
 */
import { createPrivateKey } from "node:crypto";
import { makeAuthority, type CertificateSubject, type KeyPair } from "../authority.ts";

/** Where RKE keeps them, on the host and in every container. */
export const SSL_FOLDER = "/etc/kubernetes/ssl";

/** A host as its certificates name it. */
export interface PkiHost {
  readonly name: string;
  readonly address: string;
}

/** The files of a cluster. */
export interface Pki {
  /** Of every host: absolute path to content. A path that ends in `-key.pem`, or that of a kubeconfig, is secret. */
  readonly files: Readonly<Record<string, string>>;
  /** Certificate of the authority, PEM. */
  readonly authority: string;
  /** Of the cluster's administrator, to whom etcd and Kubernetes allow everything. */
  readonly admin: KeyPair;
}

/** The first address of the services' network, at which the API is inside of the cluster. */
const API_SERVICE_ADDRESS = "10.43.0.1";
const API_NAMES = [
  "localhost",
  "kubernetes",
  "kubernetes.default",
  "kubernetes.default.svc",
  "kubernetes.default.svc.cluster.local",
];

/** Users that reach the API through a kubeconfig of their own. */
const USERS: readonly (CertificateSubject & { readonly file: string })[] = [
  { file: "kube-node", name: "system:node", organization: "system:nodes", usages: ["client"] },
  { file: "kube-controller-manager", name: "system:kube-controller-manager", usages: ["client"] },
  { file: "kube-scheduler", name: "system:kube-scheduler", usages: ["client"] },
  { file: "kube-proxy", name: "system:kube-proxy", usages: ["client"] },
];

/** The certificate of a host's etcd member: its address with dashes. */
export function etcdCertificate({ address }: Pick<PkiHost, "address">): string {
  return `kube-etcd-${address.replaceAll(".", "-")}`;
}

/** The path of a certificate. */
export function certificatePath(name: string): string {
  return `${SSL_FOLDER}/${name}.pem`;
}

/** The path of a private key. */
export function keyPath(name: string): string {
  return `${SSL_FOLDER}/${name}-key.pem`;
}

/** The path of a user's kubeconfig. */
export function kubeconfigPath(name: string): string {
  return `${SSL_FOLDER}/kubecfg-${name}.yaml`;
}

/** Makes new keys and certificates for a run; RKE puts the same on every host, those of all members of etcd too. */
export async function makePki(runId: string, hosts: readonly PkiHost[]): Promise<Pki> {
  const authority = await makeAuthority(`drillbook ${runId} kube-ca`);
  const frontAuthority = await makeAuthority(`drillbook ${runId} kube-apiserver-requestheader-ca`);
  const files: Record<string, string> = {};
  const put = (name: string, pair: KeyPair): void => {
    files[certificatePath(name)] = pair.certificate;
    files[keyPath(name)] = pair.key;
  };
  const addresses = hosts.map(({ address }) => address);
  put("kube-ca", authority);
  put("kube-apiserver-requestheader-ca", frontAuthority);
  put(
    "kube-apiserver-proxy-client",
    await frontAuthority.issue({ name: "kube-apiserver-proxy-client", usages: ["client"] }),
  );
  put(
    "kube-apiserver",
    await authority.issue({
      name: "system:kube-apiserver",
      addresses: [...addresses, "127.0.0.1", API_SERVICE_ADDRESS, ...API_NAMES],
      usages: ["server", "client"],
    }),
  );
  const token = await authority.issue({ name: "kube-service-account-token", usages: ["client"] });
  put("kube-service-account-token", { ...token, key: inOldForm(token.key) });
  for (const { file, ...user } of USERS) {
    put(file, await authority.issue(user));
    files[kubeconfigPath(file)] = kubeconfig(file);
  }
  for (const host of hosts) {
    const name = etcdCertificate(host);
    put(name, await authority.issue({ name, addresses: [host.address, "127.0.0.1"], usages: ["server", "client"] }));
  }
  const admin = await authority.issue({ name: "kube-admin", organization: "system:masters", usages: ["client"] });
  return { files, authority: authority.certificate, admin };
}

/** The API takes the public part of this key from the file of the private one, as RKE has it, and reads no other form of such a key (client-go util/keyutil). */
function inOldForm(key: string): string {
  return createPrivateKey(key).export({ type: "sec1", format: "pem" }).toString();
}

/** Each host has the API at its own loopback address: an apiserver, or RKE's proxy to one. */
function kubeconfig(user: string): string {
  return `apiVersion: v1
kind: Config
clusters:
- cluster:
    api-version: v1
    certificate-authority: ${certificatePath("kube-ca")}
    server: "https://127.0.0.1:6443"
  name: "local"
contexts:
- context:
    cluster: "local"
    user: "${user}-local"
  name: "local"
current-context: "local"
users:
- name: "${user}-local"
  user:
    client-certificate: ${certificatePath(user)}
    client-key: ${keyPath(user)}
`;
}
