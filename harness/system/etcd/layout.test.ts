import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { etcdCommand, etcdManifest, nodeEnvironment, severalClusters, type ManifestOptions } from "./layout.ts";

const member = { name: "n1", clientUrl: "https://127.0.50.1:2379", peerUrl: "https://127.0.50.1:2380" };
const other = { name: "n2", clientUrl: "https://127.0.50.2:2379", peerUrl: "https://127.0.50.2:2380" };
const options: ManifestOptions = { member, initialCluster: [member, other], token: "run-1", homeDir: "/tmp/a: #b/n1" };

describe("the manifest", () => {
  test("says exactly the start command, whatever is in the path of the home folder", () => {
    const read: unknown = parse(etcdManifest(options));
    expect(read).toMatchObject({
      kind: "Pod",
      spec: { containers: [{ name: "etcd", command: etcdCommand(options) }] },
    });
  });

  test("has one flag on a line, indented by four spaces, so that a page edits it with sed", () => {
    const lines = etcdManifest({ ...options, homeDir: "/srv/n1" }).split("\n");
    expect(lines).toContain("    - --name=n1");
    expect(lines).toContain("    - --initial-cluster=n1=https://127.0.50.1:2380,n2=https://127.0.50.2:2380");
    expect(lines).toContain("    - --initial-cluster-state=new");
    expect(lines.filter((line) => line.includes("--"))).toHaveLength(etcdCommand(options).length - 1);
  });
});

test("no variable of a node's shell is read by the etcd server", () => {
  const names = Object.keys(nodeEnvironment(member, "/srv/n1"));
  expect(names.filter((name) => name.startsWith("ETCD_"))).toEqual([]);
  expect(names).toContain("ETCDCTL_ENDPOINTS");
});

test("of several clusters a shell knows the names, and each one's members by its name", () => {
  expect(
    severalClusters({ main: [member.clientUrl, other.clientUrl], "main-events": ["https://127.0.50.3:2379"] }),
  ).toEqual({
    CLUSTERS: "main main-events",
    MAIN_ENDPOINTS: "https://127.0.50.1:2379,https://127.0.50.2:2379",
    MAIN_EVENTS_ENDPOINTS: "https://127.0.50.3:2379",
  });
});
