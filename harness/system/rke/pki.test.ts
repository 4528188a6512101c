import { createPrivateKey, X509Certificate } from "node:crypto";
import { expect, test } from "vitest";
import { certificatePath, keyPath, makePki } from "./pki.ts";
import { servicesOf } from "./services.ts";

const HOSTS = [
  { name: "n1", address: "198.18.0.1" },
  { name: "n2", address: "198.18.0.2" },
];
const pki = await makePki("run-1", HOSTS);
const certificateOf = (name: string): X509Certificate => new X509Certificate(pki.files[certificatePath(name)] ?? "");
const authority = new X509Certificate(pki.authority);

test("every file that a flag of a container names is there", () => {
  const images = { etcd: "e", hyperkube: "h", tools: "t" };
  const named = HOSTS.flatMap((host) => servicesOf({ host, etcdHosts: HOSTS, images, prefix: "" }))
    .flatMap(({ command, options }) => [...command, ...options])
    .flatMap((word) => /=(\/etc\/kubernetes\/ssl\/\S+)$/.exec(word)?.[1] ?? []);
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((path) => pki.files[path] === undefined)).toEqual([]);
});

test("each certificate is of its authority and has its own key", () => {
  const front = certificateOf("kube-apiserver-requestheader-ca");
  const names = Object.keys(pki.files).flatMap((path) => /([^/]+)-key\.pem$/.exec(path)?.[1] ?? []);
  for (const name of names) {
    const certificate = certificateOf(name);
    const issuer = name === "kube-apiserver-proxy-client" || name === front.subject.slice(3) ? front : authority;
    if (name !== "kube-apiserver-requestheader-ca") expect(certificate.verify(issuer.publicKey), name).toBe(true);
    expect(certificate.checkPrivateKey(createPrivateKey(pki.files[keyPath(name)] ?? "")), name).toBe(true);
  }
  expect(names).toContain("kube-etcd-198-18-0-2");
});

test("the key of the services' accounts is in the form of which the API takes the public part", () => {
  expect(pki.files[keyPath("kube-service-account-token")]).toMatch(/^-----BEGIN EC PRIVATE KEY-----\n/);
});

test("members and the API serve under their addresses; users of Kubernetes are who it takes them for", () => {
  for (const { address } of HOSTS) {
    expect(certificateOf(`kube-etcd-${address.replaceAll(".", "-")}`).checkIP(address)).toBe(address);
    expect(certificateOf("kube-apiserver").checkIP(address)).toBe(address);
  }
  expect(certificateOf("kube-etcd-198-18-0-1").checkIP("198.18.0.2")).toBeUndefined();
  expect(certificateOf("kube-node").subject.split("\n").toSorted()).toEqual(["CN=system:node", "O=system:nodes"]);
  expect(new X509Certificate(pki.admin.certificate).subject).toContain("O=system:masters");
  expect(certificateOf("kube-scheduler").subjectAltName).toBeUndefined();
});
