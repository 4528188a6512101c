import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { mountsOf } from "./mounts.ts";

test("a container sees home folders, of its own what lies at its root, its talk with the harness and its logs; programs for reading only, each with what lies beside it", () => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "drillbook-mounts-")));
  try {
    mkdirSync(join(root, "cache"));
    for (const name of ["etcd", "etcdctl"]) writeFileSync(join(root, "cache", name), "");
    mkdirSync(join(root, "links"));
    symlinkSync(join(root, "cache/etcd"), join(root, "links/etcd"));
    const machine = {
      name: "n1",
      homeDir: "/origin/nodes/n1",
      controlDir: "/run/control/n1",
      logDir: "/evidence/n1",
      disk: null,
      atRoot: "var/snap",
      ownEngine: false,
      programs: { etcd: join(root, "links/etcd"), etcdctl: join(root, "cache/etcdctl"), list: "/usr/bin/env" },
    };
    const mounts = mountsOf(machine, "/run/nodes");
    expect(mounts).toEqual([
      // Of a fork: seen where its origin was.
      { Type: "bind", Source: "/run/nodes", Target: "/origin/nodes", ReadOnly: false },
      { Type: "bind", Source: "/run/nodes/n1/var/snap", Target: "/var/snap", ReadOnly: false },
      { Type: "bind", Source: "/run/control/n1", Target: "/run/control/n1", ReadOnly: false },
      { Type: "bind", Source: "/evidence/n1", Target: "/evidence/n1", ReadOnly: false },
      { Type: "bind", Source: `${root}/links`, Target: `${root}/links`, ReadOnly: true },
      { Type: "bind", Source: `${root}/cache`, Target: `${root}/cache`, ReadOnly: true },
      // Of the system's own folder the program alone: all of it would hide that of the image.
      { Type: "bind", Source: "/usr/bin/env", Target: "/usr/bin/env", ReadOnly: true },
    ]);
  } finally {
    rmSync(root, { recursive: true });
  }
});
