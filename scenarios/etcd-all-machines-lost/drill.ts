/** Every etcd machine is deleted; the cluster is rebuilt from the copy of one of them, on machines that are new. */
import { revisionOfDataFolder, type Drill } from "../../harness/drill/index.ts";
import { loseMachines } from "../../harness/fault/index.ts";
import { backedUpAndNew, etcd, noRoles } from "../../harness/system/index.ts";

const DRILL = {
  id: "etcd-all-machines-lost",
  system: etcd({ members: 3, spares: 3 }),
  fault: loseMachines({ targets: "all" }),
  preparation: backedUpAndNew,
  // Nobody is left to say anything: what the preparation has bound is what is known.
  roles: noRoles,
  detection: { kind: "no-member-serves" },
  recoveryPoint: {
    kind: "backup-revision",
    description: "what the copy of one machine holds that was made while all was well",
    readRevision: revisionOfDataFolder("backup/machine/var/lib/etcd"),
  },
  objectives: {
    // Four times what it was seen to take on two processors: three members join, and four orderly stops.
    recoveryTimeMs: 240_000,
    lostWrites: 2000,
    lostWritesReason: "200 writes a second since the copy, which is less than 10 s old when the machines are lost",
  },
  controls: {
    selfHealing: null,
    recoveryOnly: { kind: "harmless", stopsAt: "confirm-nobody-answers" },
  },
  membership: { voters: 3, clusterId: "kept", revisionMayGoBack: true },
  expected: { kind: "passed" },
} as const satisfies Partial<Drill>;

const drills: readonly Drill[] = [
  {
    ...DRILL,
    case: "forced-once",
    title: "every etcd machine is deleted, and the cluster is rebuilt from the copy of one of them",
    proves:
      "that a copy of a running member's machine, with its certificates and start file, becomes a cluster on new machines that holds all that the copy held",
    runbook: "runbook.md",
  },
  {
    ...DRILL,
    case: "forced-twice",
    title: "every etcd machine is deleted, and the rebuilt member loses its majority once more on the way",
    proves:
      "that forcing a new cluster a second time is safe, when a member was added that is not there and the member list times out",
    runbook: "runbook-forced-twice.md",
  },
];
export default drills;
