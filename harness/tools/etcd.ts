/** The programs of etcd: what they are called, built from, and how they say their version. */
import type { ProgramFamily } from "./program.ts";

/** etcd, etcdctl and etcdutl. The pinned version stands in fixtures/programs/etcd/go.mod. */
export const ETCD: ProgramFamily = {
  name: "etcd",
  programs: [
    {
      name: "etcd",
      goPackage: "go.etcd.io/etcd/server/v3",
      versionArguments: ["--version"],
      versionPattern: /^etcd Version: (\S+)$/m,
    },
    {
      name: "etcdctl",
      goPackage: "go.etcd.io/etcd/etcdctl/v3",
      versionArguments: ["version"],
      versionPattern: /^etcdctl version: (\S+)$/m,
    },
    {
      name: "etcdutl",
      goPackage: "go.etcd.io/etcd/etcdutl/v3",
      versionArguments: ["version"],
      versionPattern: /^etcdutl version: (\S+)$/m,
    },
  ],
  minimum: { version: "3.5", because: "etcdutl, which restores snapshots, does not exist before it" },
  places: ["cache", "path", "docker", "debian"],
  isOptional: false,
  go: {
    module: "go.etcd.io/etcd/server/v3",
    takes: "1-2 minutes",
    linkerFlags: () => [],
    buildsUnpinned: true,
  },
  debian: {
    release: "trixie",
    because: "it is the first whose etcd (3.5.16) a drill can use; its programs run on Debian 12 as they are",
    packages: ["etcd-server", "etcd-client"],
    libraries: [],
  },
  imageName: "etcd",
};
