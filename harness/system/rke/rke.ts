/**
 * RKE as a system under recovery: Kubernetes whose parts are containers of each machine's own Docker engine. What a scenario says of it, and
 * what the harness knows of it. Not its business: making one (provision.ts).
 */
import { DrillError } from "../../core/index.ts";
import { etcd } from "../etcd/etcd.ts";
import { OBJECTS_LACK } from "../kubernetes/objects-lack.ts";
import type { System, SystemSettings } from "../cluster.ts";
import { KUBERNETES_PROGRAMS, type EtcdRepository } from "./images.ts";
import { provisionRke, type ClusterToBe } from "./provision.ts";
import { hostFolders } from "./services.ts";

export interface RkeOptions {
  /** Hosts with etcd and a control plane, at n1, n2, ... */
  readonly members: number;
  /** Virtual machines beside them on which nothing of the cluster runs, at the names that follow; default: none. */
  readonly spares?: number;
  /**
   * What the account is made of: keys that clients write to etcd, or objects that they write to the API, which is served by each host's
   * own server and none of whose caches and controllers etcd knows.
   */
  readonly account: "keys" | "objects";
  /** Commands that a page expects on every machine, e.g. `runlike`: name to the path of the program. Default: none. */
  readonly nodeCommands?: Readonly<Record<string, string>>;
  /**
   * What stands before the paths of RKE's folders on every machine; a page has it as `$PREFIX`. Default: empty, as on systems that RKE
   * does not treat apart; `/opt/rke` on RancherOS and CoreOS (RKE, `prefix_path`).
   */
  readonly prefix?: "" | "/opt/rke";
  /** By what name the image of etcd goes. Default: that of today. */
  readonly etcdImage?: EtcdRepository;
}

/** A write through the API costs several times as much as one of etcd, and each probe is one. */
const OBJECT_SETTINGS: Partial<SystemSettings> = {
  writesPerSecond: 20,
  readsPerSecond: 10,
  // Five turns of the schedule.
  lastWriteWithinMs: 250,
  serviceProbePeriodMs: 300,
};

/** A cluster of RKE with TLS as RKE has it. Its store is etcd, and what the harness knows of etcd holds. */
export function rke({
  account,
  etcdImage = "rancher/mirrored-coreos-etcd",
  members,
  nodeCommands = {},
  prefix = "",
  spares = 0,
}: RkeOptions): System {
  const store = etcd({ members, spares });
  const { memberNames, nodeNames } = store;
  const own: ClusterToBe = { account, etcdImage, nodeNames, memberNames, nodeCommands, prefix };
  return {
    ...store,
    id: "rke",
    programs: [...store.programs, ...KUBERNETES_PROGRAMS],
    commandLines: { ...store.commandLines, manifest: null },
    needs: ["own-engines"],
    lacks: account === "objects" ? OBJECTS_LACK : {},
    settings: {
      // RKE's own election time is 5 s (`--election-timeout`), etcd's 1 s.
      unavailableForMs: 15_000,
      // With that election time a lease gets 8 s at least, and 5 s more after a change of leader (etcd, server/lease/lessor.go).
      leastLeaseMs: 8000,
      leaseSlackMs: 7000,
      // Virtual machines, and three control planes that start on two processors.
      steadyWithinMs: 180_000,
      convergeWithinMs: 120_000,
      restartWithinMs: 60_000,
      // Three control planes leave less: what is not written by them is read by them, from all members.
      writesPerSecond: 50,
      readsPerSecond: 20,
      // Ten turns of the schedule.
      lastWriteWithinMs: 200,
      serviceProbePeriodMs: 100,
      ...(account === "objects" ? OBJECT_SETTINGS : {}),
    },
    provision: async (options) => {
      const cluster = await provisionRke(own, options);
      return { ...cluster, nodes: cluster.nodes.map((node) => ({ ...node, onOwnDisk: hostFolders(prefix) })) };
    },
    reopen: async () =>
      Promise.reject(new DrillError("harness", "fork", "a fork of virtual machines is not provided for")),
  };
}
