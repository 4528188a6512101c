import { createPrivateKey, X509Certificate } from "node:crypto";
import { describe, expect, test } from "vitest";
import { makeCertificates } from "./certificates.ts";

const SERVER_AUTH = "1.3.6.1.5.5.7.3.1";
const CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";

const nodes = [
  { name: "n1", address: "127.0.50.1" },
  { name: "n2", address: "127.0.50.2" },
];
const made = await makeCertificates({ runId: "run-1", nodes });
const authority = new X509Certificate(made.authority.certificate);

describe("the certificates of a run", () => {
  test.each(nodes)("$name: chains to the authority, has its address, serves and dials", ({ name, address }) => {
    const pair = made.members[name];
    const certificate = new X509Certificate(pair?.certificate ?? "");
    expect(certificate.verify(authority.publicKey)).toBe(true);
    expect(certificate.checkIssued(authority)).toBe(true);
    expect(certificate.checkPrivateKey(createPrivateKey(pair?.key ?? ""))).toBe(true);
    expect(certificate.checkIP(address)).toBe(address);
    expect(certificate.checkIP("127.0.0.1")).toBe("127.0.0.1");
    expect(certificate.checkIP("127.0.50.9")).toBeUndefined();
    expect(certificate.keyUsage).toEqual([SERVER_AUTH, CLIENT_AUTH]);
    expect(certificate.ca).toBe(false);
  });

  test("the client's certificate names no address and cannot serve", () => {
    const certificate = new X509Certificate(made.client.certificate);
    expect(certificate.verify(authority.publicKey)).toBe(true);
    expect(certificate.subjectAltName).toBeUndefined();
    expect(certificate.keyUsage).toEqual([CLIENT_AUTH]);
  });

  test("the authority signs itself and nothing is shared with another run", async () => {
    expect(authority.ca).toBe(true);
    expect(authority.verify(authority.publicKey)).toBe(true);
    expect(authority.checkPrivateKey(createPrivateKey(made.authority.key))).toBe(true);
    const other = new X509Certificate((await makeCertificates({ runId: "run-1", nodes })).authority.certificate);
    expect(new X509Certificate(made.client.certificate).verify(other.publicKey)).toBe(false);
  });

  test("all of it is valid now", () => {
    for (const pem of [
      made.authority.certificate,
      made.client.certificate,
      ...nodes.map((node) => made.members[node.name]?.certificate ?? ""),
    ]) {
      const { validFromDate, validToDate } = new X509Certificate(pem);
      expect(validFromDate.getTime()).toBeLessThan(Date.now());
      expect(validToDate.getTime()).toBeGreaterThan(Date.now());
    }
  });
});
