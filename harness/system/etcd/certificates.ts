/**
 * Certificates of one run: an authority, a certificate for each member, and one for the clients.
 * Not its business: where they are put (layout.ts).
 */
import { makeAuthority, type KeyPair } from "../authority.ts";

/** All certificates of a cluster. */
export interface Certificates {
  /** The authority's own, which it has signed itself. */
  readonly authority: KeyPair;
  readonly client: KeyPair;
  /** By node name. Each serves clients and peers, and is what its member shows to others when it dials them. */
  readonly members: Readonly<Record<string, KeyPair>>;
}

export interface CertificateOptions {
  /** Goes into the authority's name, so that a certificate that lies about can be told to be of a drill. */
  readonly runId: string;
  readonly nodes: readonly { readonly name: string; readonly address: string }[];
}

/**
 * On plain loopback a member that dials another comes from this address, whatever address it listens on, and a member
 * refuses a peer whose certificate does not name the address that it comes from (etcd, client/pkg/transport/listener_tls.go, checkCertSAN).
 */
const LOOPBACK_SOURCE = "127.0.0.1";

/** Makes new keys and certificates; nothing is kept. */
export async function makeCertificates({ nodes, runId }: CertificateOptions): Promise<Certificates> {
  const { issue, ...authority } = await makeAuthority(`drillbook ${runId}`);
  const members = await Promise.all(
    nodes.map(async ({ address, name }) => {
      // A member serves clients and peers, dials peers, and its HTTP gateway dials its own gRPC server: hence both usages.
      const addresses = [...new Set([address, LOOPBACK_SOURCE])];
      return [name, await issue({ name, addresses, usages: ["server", "client"] })] as const;
    }),
  );
  return {
    authority,
    // No address in it: clients are told by their key alone, wherever they come from.
    client: await issue({ name: "drillbook client", usages: ["client"] }),
    members: Object.fromEntries(members),
  };
}
