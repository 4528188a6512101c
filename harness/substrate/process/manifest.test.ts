import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readManifest } from "./manifest.ts";

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "drillbook-test-"));
});
afterAll(() => rm(dir, { recursive: true }));

async function read(text: string): ReturnType<typeof readManifest> {
  const file = join(dir, "etcd.yaml");
  await writeFile(file, text);
  return readManifest(file);
}

const STATIC_POD = `apiVersion: v1
kind: Pod
metadata:
  name: etcd
spec:
  containers:
    - name: etcd
      image: registry.k8s.io/etcd:3.6.14-0
      command:
        - etcd
        - --name=n1
        # the page adds --force-new-cluster below
        - --data-dir=data
      args: [--force-new-cluster]
      env:
        - name: ETCD_LOG_LEVEL
          value: info
        - name: EMPTY
      livenessProbe: { httpGet: { path: /livez, port: 2381 } }
`;

describe("a manifest", () => {
  it("gives command, arguments and variables of a static Pod, as kubelet would", async () => {
    expect(await read(STATIC_POD)).toEqual({
      command: ["etcd", "--name=n1", "--data-dir=data", "--force-new-cluster"],
      environment: { ETCD_LOG_LEVEL: "info", EMPTY: "" },
    });
  });

  it.each<[what: string, text: string, reason: RegExp]>([
    ["an empty file", "", /spec|object/],
    ["no YAML", "spec: [", /flow sequence/i],
    ["a key given twice, where the page meant to replace", `${STATIC_POD}spec: {}\n`, /unique/],
    ["two documents", `${STATIC_POD}---\n${STATIC_POD}`, /multiple documents/],
    ["a command line instead of a list", "spec: {containers: [{command: etcd --name=n1}]}", /command/],
    ["an empty command", "spec: {containers: [{command: []}]}", /command/],
    ["a number among the arguments", "spec: {containers: [{command: [etcd, --port, 2379]}]}", /command/],
    ["no container", "spec: {containers: []}", /containers/],
    [
      "two containers, of which one would be ignored",
      "spec: {containers: [{command: [a]}, {command: [b]}]}",
      /containers/,
    ],
    [
      "a variable from somewhere else",
      "spec: {containers: [{command: [a], env: [{name: X, valueFrom: {fieldRef: {fieldPath: a}}}]}]}",
      /env/,
    ],
  ])("is refused with file and reason: %s", async (_what, text, reason) => {
    const refusal = await read(text).catch((error: Error) => error.message);
    expect(refusal).toMatch(/etcd\.yaml/);
    expect(refusal).toMatch(reason);
  });

  it("that is not there is refused by its name", async () => {
    await expect(readManifest(join(dir, "absent.yaml"))).rejects.toThrow(/absent\.yaml.*ENOENT/);
  });
});
