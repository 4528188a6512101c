/**
 * Certificates of one run: an authority, a certificate for each member, and one for the clients.
 * Not its business: where they are put (layout.ts).
 */
// The library resolves its parts through decorators and needs this first (docs/decisions/x509.md).
import "reflect-metadata";
import * as x509 from "@peculiar/x509";
import { webcrypto } from "node:crypto";

/** A certificate and its private key, PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

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

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

/** Longer than any drill, shorter than a forgotten cluster could matter. */
const VALID_FOR_MS = 7 * 24 * 3600 * 1000;

/** Clocks of containers may differ a little from this one. */
const VALID_BEFORE_NOW_MS = 3600 * 1000;

/**
 * On plain loopback a member that dials another comes from this address, whatever address it listens on, and a member
 * refuses a peer whose certificate does not name the address that it comes from (etcd, client/pkg/transport/listener_tls.go, checkCertSAN).
 */
const LOOPBACK_SOURCE = "127.0.0.1";

/** Makes new keys and certificates; nothing is kept. */
export async function makeCertificates(options: CertificateOptions): Promise<Certificates> {
  const authorityKeys = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const name = commonName(`drillbook ${options.runId}`);
  const authority = await x509.X509CertificateGenerator.createSelfSigned(
    {
      name,
      keys: authorityKeys,
      signingAlgorithm: ALGORITHM,
      ...validity(),
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        await x509.SubjectKeyIdentifierExtension.create(authorityKeys.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );

  const keyText = async (key: webcrypto.CryptoKey): Promise<string> =>
    `${x509.PemConverter.encode(await webcrypto.subtle.exportKey("pkcs8", key), "PRIVATE KEY")}\n`;

  const issue = async (subject: string, extensions: readonly x509.Extension[]): Promise<KeyPair> => {
    const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
    const certificate = await x509.X509CertificateGenerator.create(
      {
        subject: commonName(subject),
        issuer: name,
        publicKey: keys.publicKey,
        signingKey: authorityKeys.privateKey,
        signingAlgorithm: ALGORITHM,
        ...validity(),
        extensions: [
          new x509.BasicConstraintsExtension(false, undefined, true),
          new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
          await x509.AuthorityKeyIdentifierExtension.create(authorityKeys.publicKey, false, webcrypto),
          await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
          ...extensions,
        ],
      },
      webcrypto,
    );
    return { certificate: `${certificate.toString("pem")}\n`, key: await keyText(keys.privateKey) };
  };

  const members = await Promise.all(
    options.nodes.map(async (node) => [node.name, await issue(node.name, memberExtensions(node.address))] as const),
  );
  return {
    authority: { certificate: `${authority.toString("pem")}\n`, key: await keyText(authorityKeys.privateKey) },
    // No address in it: clients are told by their key alone, wherever they come from.
    client: await issue("drillbook client", [new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.clientAuth])]),
    members: Object.fromEntries(members),
  };
}

/** A member serves clients and peers, dials peers, and its HTTP gateway dials its own gRPC server: hence both usages. */
function memberExtensions(address: string): readonly x509.Extension[] {
  const addresses = [...new Set([address, LOOPBACK_SOURCE])];
  return [
    new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth]),
    new x509.SubjectAlternativeNameExtension(addresses.map((value) => ({ type: "ip", value }) as const)),
  ];
}

function commonName(name: string): string {
  return new x509.Name([{ CN: [name] }]).toString();
}

function validity(): { notBefore: Date; notAfter: Date } {
  const now = Date.now();
  return { notBefore: new Date(now - VALID_BEFORE_NOW_MS), notAfter: new Date(now + VALID_FOR_MS) };
}
