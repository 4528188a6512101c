/**
 * Every etcd machine is deleted, and nobody has a copy of one: there are a snapshot, and what the platform has kept of the
 * cluster, which is its certificates with their keys.
 */
import { revisionOfSnapshot, type Drill } from "../../harness/drill/index.ts";
import { loseMachines } from "../../harness/fault/index.ts";
import { etcd, membersAndNew, noRoles } from "../../harness/system/index.ts";

const DRILL = {
  id: "etcd-all-machines-lost-unprepared",
  fault: loseMachines({ targets: "all" }),
  preparation: membersAndNew,
  // Nobody is left to say anything: what the preparation has bound is what is known.
  roles: noRoles,
  detection: { kind: "no-member-serves" },
  recoveryPoint: {
    kind: "backup-revision",
    description: "what the snapshot holds that was taken while all was well",
    readRevision: revisionOfSnapshot("backup/snapshot.db"),
  },
  objectives: {
    // Several times what it was seen to take on two processors: machines that are all there, and nobody who must be waited for.
    recoveryTimeMs: 60_000,
    lostWrites: 2000,
    lostWritesReason: "200 writes a second since the snapshot, which is less than 10 s old when the machines are lost",
  },
  controls: {
    selfHealing: null,
    recoveryOnly: { kind: "harmless", stopsAt: "confirm-nobody-answers" },
  },
  membership: { voters: 3, clusterId: "changed", revisionMayGoBack: true },
  expected: { kind: "passed" },
} as const satisfies Partial<Drill>;

const drills: readonly Drill[] = [
  {
    ...DRILL,
    case: "old-addresses",
    title: "every etcd machine is deleted, and new ones at the old addresses get the certificates of before",
    proves:
      "that the saved state and a snapshot suffice where no machine was backed up: the certificates in it, as they were, make new machines members that their clients trust",
    system: etcd({ members: 3, authorityKey: "with-members" }),
    runbook: "runbook.md",
  },
  {
    ...DRILL,
    case: "new-addresses",
    title: "every etcd machine is deleted, and bare machines elsewhere get certificates from the saved authority",
    proves:
      "that the saved authority alone makes members of bare machines at addresses that no certificate of before names, and clients trust them without a new authority",
    system: etcd({ members: 3, spares: 3, spareMachines: "bare", authorityKey: "with-members" }),
    needs: ["openssl"],
    runbook: "runbook-new-addresses.md",
  },
];
export default drills;
