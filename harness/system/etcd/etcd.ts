/** etcd as a system under recovery: what a scenario says of it, and what the harness knows of it. Not its business: making one (provision.ts). */
import { DrillError } from "../../core/index.ts";
import type { System } from "../cluster.ts";
import { makeNodes, provisionEtcd, type ClusterToBe } from "./provision.ts";
import { reopenEtcd } from "./reopen.ts";

export interface EtcdOptions {
  /** Voting members, at n1, n2, ...; of a cluster with a name at NAME-1, NAME-2, ... */
  readonly members: number;
  /** What people call the cluster; default: `etcd`. */
  readonly name?: string;
  /**
   * A second cluster beside it, that the drill watches and breaks nothing of. It has nodes and a token of its own, and the same
   * authority of certificates, so that one workstation reaches both. Default: none.
   */
  readonly bystander?: { readonly name: string; readonly members: number };
  /** Machines beside them without a member, at the names that follow; default: none. */
  readonly spares?: number;
  /**
   * What is on those machines: `furnished` with certificates and a manifest to be edited, as by whoever runs the place; or
   * `bare`, with the programs alone. Default: furnished.
   */
  readonly spareMachines?: "furnished" | "bare";
  /**
   * Where the key of the certificates' authority is: with each member, as kubeadm has it
   * (https://kubernetes.io/docs/setup/best-practices/certificates/), or nowhere. Default: nowhere, since few pages issue certificates.
   */
  readonly authorityKey?: "with-members" | "nowhere";
  /** The version that the drill is about, e.g. that of a defect; default: any. `--with` overrides it. */
  readonly version?: string;
  /** Versions of which the operator has the server at hand beside the drill's own, as `etcd-3.6.14` on every node; default: none. */
  readonly serversAtHand?: readonly string[];
  /** Flags of every member's start command beside those that a cluster needs, e.g. `--snapshot-count=100`; default: none. */
  readonly flags?: readonly string[];
  /** More flags of single nodes, by name, after those of all; for members that are not configured alike. Default: none. */
  readonly flagsOf?: Readonly<Record<string, readonly string[]>>;
}

/** An etcd cluster with TLS for clients and peers, and etcd's own defaults for everything that is a matter of taste. */
export function etcd(options: EtcdOptions): System {
  const { members, spares = 0, bystander: second } = options;
  const flagsOf = (name: string): readonly string[] => [...(options.flags ?? []), ...(options.flagsOf?.[name] ?? [])];
  const nodeNames = numbered(options.name === undefined ? "n" : `${options.name}-`, members + spares);
  const memberNames = nodeNames.slice(0, members);
  const own: ClusterToBe = { ...options, name: options.name ?? "etcd", nodeNames, memberNames, flagsOf };
  const besides = second === undefined ? [] : numbered(`${second.name}-`, second.members);
  const bystander: ClusterToBe | null =
    second === undefined ? null : { name: second.name, nodeNames: besides, memberNames: besides, flagsOf };
  return {
    id: "etcd",
    programs: ["etcd", "etcdctl", "etcdutl", ...(options.serversAtHand ?? []).map((version) => `etcd@${version}`)],
    versions: options.version === undefined ? {} : { etcd: options.version },
    commandLines: { programs: { etcd: "flags", etcdctl: "subcommands", etcdutl: "subcommands" }, manifest: "etcd" },
    needs: [],
    nodeNames,
    memberNames,
    bystander,
    // The only one in 3.6: unsafe-no-fsync harms too, but is no part of any recovery (`etcd --help`).
    recoveryFlags: { flags: ["force-new-cluster"], variables: ["ETCD_FORCE_NEW_CLUSTER"] },
    lacks: {},
    settings: {},
    // server/embed/serve.go: client listeners wait for ReadyNotify, that is for a write of the member's own to be committed.
    silentWithoutLeader: "an etcd member that starts serves clients only when a leader has committed its name",
    // server/etcdserver/api/rafthttp/util.go: what a peer answers, which the member then logs.
    oldDataRefusals: ["permanently removed from the cluster", "cluster ID mismatch"],
    provision: async (provision) => provisionEtcd(own, bystander, provision),
    reopen: async (reopening) => {
      if (bystander !== null)
        throw new DrillError("harness", "fork", "a fork of two clusters side by side is not provided for");
      return reopenEtcd(own.name, await makeNodes(own, reopening), reopening);
    },
  };
}

function numbered(prefix: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index + 1}`);
}
