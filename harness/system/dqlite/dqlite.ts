/**
 * dqlite as a system under recovery: what a scenario says of it, and what the harness knows of it. Its member is `dqlite-demo`, a
 * key-value server on go-dqlite's `app`, the same that MicroK8s's k8s-dqlite stands on (docs/fidelity.md).
 * Not its business: making one (provision.ts).
 */
import type { StoreLacks } from "../../ledger/index.ts";
import type { System, SystemSettings } from "../cluster.ts";
import { provisionDqlite, reopenDqlite, type ClusterToBe } from "./provision.ts";

export interface DqliteOptions {
  /** Members, at n1, n2, ...; of three each is a voter. */
  readonly members: number;
  /** Machines beside them without a member, at the names that follow; furnished with a manifest. Default: none. */
  readonly spares?: number;
  /** The size of a disk of its own that each member's folder lies on; needs `own-disks`. Default: none, as large as this computer's. */
  readonly diskBytes?: number;
  /** What people call the cluster; default: `dqlite`. */
  readonly name?: string;
  /** Commands that a page expects on every node beside dqlite's own, e.g. `microk8s`: name to the path of the program. Default: none. */
  readonly nodeCommands?: Readonly<Record<string, string>>;
}

/** What go-dqlite's demo server and dqlite itself have no notion of. */
const LACKS: StoreLacks = {
  revisions: "dqlite replicates SQLite's pages and gives a write no number that its client is told",
  deletes: "dqlite-demo puts and gets keys, and has no call to delete one",
  transactions: "dqlite-demo writes one key a call",
  watches: "a client of dqlite cannot ask to be told of changes",
  leases: "dqlite has nothing that ends when its client does",
  "cluster-id": "no dqlite cluster has an id",
  "member-names": "dqlite lists its members by id and address, without names and without the addresses for clients",
  alarms: "no dqlite member raises alarms",
  quota: "dqlite has no limit for its database",
  "state-hash": "no dqlite member hashes its data",
  "recovery-flags": "dqlite's members are recovered by their files, with no flag in the start command",
};

/** What differs from the defaults, and why. */
const SETTINGS: Partial<SystemSettings> = {
  // There is one writer at a time. A write takes 5 ms (median) to 35 ms (99 %), and 25 to 160 ms where the disk serves other drills, too: forty writes a
  // second, these and the probes', were more than it took then.
  writesPerSecond: 15,
  readsPerSecond: 10,
  // The schedule's period and a slow answer.
  lastWriteWithinMs: 250,
  // The same: three members, a probe of each.
  serviceProbePeriodMs: 300,
  // Longer than dqlite's own elections and its clients' way to the new leader (5 to 7 s), so that a loss that heals by itself raises no alarm.
  unavailableForMs: 9000,
  // Leaders are found by asking, with pauses that grow (go-dqlite internal/protocol/connector.go).
  convergeWithinMs: 60_000,
  restartWithinMs: 60_000,
};

/** A dqlite cluster without TLS (Debian's `dqlite-demo` offers none), with the defaults of go-dqlite's `app`. */
export function dqlite({ diskBytes, members, name = "dqlite", nodeCommands = {}, spares = 0 }: DqliteOptions): System {
  const nodeNames = Array.from({ length: members + spares }, (_, index) => `n${index + 1}`);
  const own: ClusterToBe = {
    name,
    nodeNames,
    memberNames: nodeNames.slice(0, members),
    nodeCommands,
    diskBytes: diskBytes ?? null,
  };
  return {
    id: "dqlite",
    programs: ["dqlite-demo", "dqlite"],
    versions: {},
    commandLines: { programs: { dqlite: "posix-flags" }, manifest: null },
    needs: [],
    nodeNames,
    memberNames: own.memberNames,
    bystander: null,
    recoveryFlags: { flags: [], variables: [] },
    // A member of another configuration is not refused by words: dqlite's messages are answered by term and log alone.
    oldDataRefusals: [],
    lacks: LACKS,
    settings: SETTINGS,
    // dqlite's own port answers before there is a leader; only the server for clients does not listen yet.
    silentWithoutLeader: null,
    provision: async (options) => provisionDqlite(own, options),
    reopen: async (options) => reopenDqlite(own, options),
  };
}
