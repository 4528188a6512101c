import { describe, expect, test } from "vitest";
import { dockerRun, memberFlag, NAME_LABEL, servicesOf } from "./services.ts";

const HOSTS = [
  { name: "n1", address: "198.18.0.1" },
  { name: "n2", address: "198.18.0.2" },
];
const images = { etcd: "etcd:1", hyperkube: "hyperkube:1", tools: "tools:1" };
const [host] = HOSTS;
if (host === undefined) throw new Error("no host");
const services = servicesOf({ host, etcdHosts: HOSTS, images, prefix: "" });

describe("the containers of a host", () => {
  test("are those of RKE, in the order in which they depend on each other", () => {
    expect(services.map(({ name }) => name)).toEqual([
      "service-sidekick",
      "etcd",
      "kube-apiserver",
      "kube-proxy",
      "kubelet",
      "kube-scheduler",
      "kube-controller-manager",
    ]);
    const needing = services.filter(({ options }) => options.includes("--volumes-from=service-sidekick"));
    expect(needing.map(({ name }) => name)).toEqual(services.slice(2).map(({ name }) => name));
  });

  test("come back by themselves and are on the host's network, but the sidekick, which is there for its volume", () => {
    for (const { name, options } of services) {
      const isSidekick = name === "service-sidekick";
      expect(options.includes("--restart=always"), name).toBe(!isSidekick);
      expect(options.includes(isSidekick ? "--network=none" : "--network=host"), name).toBe(true);
    }
  });

  test("are told of every member of etcd; the member's own flag is that of no other process", () => {
    const [, etcd, apiserver] = services;
    expect(etcd?.command).toContain("--initial-cluster=n1=https://198.18.0.1:2380,n2=https://198.18.0.2:2380");
    expect(apiserver?.command).toContain("--etcd-servers=https://198.18.0.1:2379,https://198.18.0.2:2379");
    const all = HOSTS.flatMap((one) => servicesOf({ host: one, etcdHosts: HOSTS, images, prefix: "" }));
    for (const one of HOSTS)
      expect(all.filter(({ command }) => command.includes(memberFlag(one)))).toMatchObject([{ name: "etcd" }]);
  });

  test("have RKE's folders of the host below its prefix, and at the same paths in every container", () => {
    const volumesAt = (prefix: "" | "/opt/rke"): readonly string[] =>
      servicesOf({ host, etcdHosts: HOSTS, images, prefix }).flatMap(({ options }) =>
        options.filter((one) => one.startsWith("--volume=") && !one.startsWith("--volume=/var/run")),
      );
    expect(volumesAt("")).toContain("--volume=/var/lib/etcd:/var/lib/rancher/etcd:z");
    expect(volumesAt("")).toContain("--volume=/var/lib/kubelet:/var/lib/kubelet:shared,z");
    expect(volumesAt("").filter((one) => one === "--volume=/etc/kubernetes:/etc/kubernetes:z")).toHaveLength(6);
    expect(volumesAt("/opt/rke")).toEqual(volumesAt("").map((one) => one.replace("=", "=/opt/rke")));
    const commandsAt = (prefix: "" | "/opt/rke"): unknown =>
      servicesOf({ host, etcdHosts: HOSTS, images, prefix }).map(({ command }) => command);
    expect(commandsAt("/opt/rke")).toEqual(commandsAt(""));
  });

  test("are run with their name, RKE's label, and the command after the image", () => {
    const [sidekick] = services;
    if (sidekick === undefined) throw new Error("no sidekick");
    expect(dockerRun(sidekick)).toEqual([
      ...["run", "--detach", "--name=service-sidekick", "--network=none", `--label=${NAME_LABEL}=service-sidekick`],
      ...["tools:1", "/bin/bash"],
    ]);
  });
});
