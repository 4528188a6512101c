/**
 * An authority of certificates, made for one run. Not its business: whose certificates a system takes, and where they are put.
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

/** What a certificate says of its owner. */
export interface CertificateSubject {
  /** The common name; to Kubernetes it is the user. */
  readonly name: string;
  /** To Kubernetes it is the group. Default: none. */
  readonly organization?: string;
  /** Who may be dialled under it: IP addresses and DNS names. Default: none, of an owner that serves nobody. */
  readonly addresses?: readonly string[];
  readonly usages: readonly ("server" | "client")[];
}

/** An authority. */
export interface Authority extends KeyPair {
  /** A new key, and its certificate. */
  issue(subject: CertificateSubject): Promise<KeyPair>;
}

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" } as const;

/** Longer than any drill, shorter than a forgotten cluster could matter. */
const VALID_FOR_MS = 7 * 24 * 3600 * 1000;

/** Clocks of containers may differ a little from this one. */
const VALID_BEFORE_NOW_MS = 3600 * 1000;

const USAGES = { server: x509.ExtendedKeyUsage.serverAuth, client: x509.ExtendedKeyUsage.clientAuth } as const;

/** Makes an authority of that name, which has signed its own certificate; nothing is kept. */
export async function makeAuthority(commonName: string): Promise<Authority> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const issuer = named({ name: commonName });
  const own = await x509.X509CertificateGenerator.createSelfSigned(
    {
      name: issuer,
      keys,
      signingAlgorithm: ALGORITHM,
      ...validity(),
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
      ],
    },
    webcrypto,
  );
  const issue = async (subject: CertificateSubject): Promise<KeyPair> => {
    const its = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
    const certificate = await x509.X509CertificateGenerator.create(
      {
        subject: named(subject),
        issuer,
        publicKey: its.publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: ALGORITHM,
        ...validity(),
        extensions: [
          new x509.BasicConstraintsExtension(false, undefined, true),
          new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
          await x509.AuthorityKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
          await x509.SubjectKeyIdentifierExtension.create(its.publicKey, false, webcrypto),
          new x509.ExtendedKeyUsageExtension(subject.usages.map((usage) => USAGES[usage])),
          ...alternatives(subject.addresses ?? []),
        ],
      },
      webcrypto,
    );
    return { certificate: `${certificate.toString("pem")}\n`, key: await keyText(its.privateKey) };
  };
  return { certificate: `${own.toString("pem")}\n`, key: await keyText(keys.privateKey), issue };
}

async function keyText(key: webcrypto.CryptoKey): Promise<string> {
  return `${x509.PemConverter.encode(await webcrypto.subtle.exportKey("pkcs8", key), "PRIVATE KEY")}\n`;
}

function alternatives(addresses: readonly string[]): readonly x509.Extension[] {
  if (addresses.length === 0) return [];
  const typed = addresses.map((value) => ({ type: /^[\d.]+$/.test(value) ? "ip" : "dns", value }) as const);
  return [new x509.SubjectAlternativeNameExtension(typed)];
}

function named({ name, organization }: Pick<CertificateSubject, "name" | "organization">): string {
  return new x509.Name([{ CN: [name] }, ...(organization === undefined ? [] : [{ O: [organization] }])]).toString();
}

function validity(): { notBefore: Date; notAfter: Date } {
  const now = Date.now();
  return { notBefore: new Date(now - VALID_BEFORE_NOW_MS), notAfter: new Date(now + VALID_FOR_MS) };
}
