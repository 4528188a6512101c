/** etcd loses its majority and all members are restored from a snapshot, which is had in three ways. */
import { revisionOfSnapshot, type Drill } from "../../harness/drill/index.ts";
import { loseMajorityForGood } from "../../harness/fault/index.ts";
import { etcd, leaderAndReplacements, survivorAndReplacements } from "../../harness/system/index.ts";

const DRILL = {
  id: "etcd-quorum-loss-snapshot-restore",
  system: etcd({ members: 3 }),
  fault: loseMajorityForGood({ survivor: "leader" }),
  preparation: null,
  roles: survivorAndReplacements,
  detection: { kind: "no-member-serves" },
  controls: {
    selfHealing: null,
    recoveryOnly: { kind: "harmless", stopsAt: "confirm-no-leader", roles: leaderAndReplacements },
  },
  expected: { kind: "passed" },
} as const satisfies Partial<Drill>;

/** Four times what it was seen to take on two processors, of which an orderly stop with watchers is 7 s (docs/findings.md). */
const RECOVERY_TIME_MS = 80_000;

/** What the survivor holds is restored: nothing that was acknowledged may be lost. */
const FROM_THE_SURVIVOR = {
  recoveryPoint: {
    kind: "survivor-commit",
    description: "what the survivor, the leader at the time of the fault, had committed",
  },
  objectives: { recoveryTimeMs: RECOVERY_TIME_MS, lostWrites: 0, lostWritesReason: null },
  membership: { voters: 3, clusterId: "changed", revisionMayGoBack: false },
} as const satisfies Partial<Drill>;

/** What was written after the snapshot is lost by design. */
const FROM_A_BACKUP = {
  recoveryPoint: {
    kind: "backup-revision",
    description: "what the snapshot holds that was taken while all was well",
    readRevision: revisionOfSnapshot("backup/snapshot.db"),
  },
  objectives: {
    recoveryTimeMs: RECOVERY_TIME_MS,
    lostWrites: 2000,
    lostWritesReason: "200 writes a second since the snapshot, which is less than 10 s old when the majority is lost",
  },
} as const satisfies Partial<Drill>;

const drills: readonly Drill[] = [
  {
    ...DRILL,
    ...FROM_A_BACKUP,
    case: "earlier-backup",
    title: "etcd loses its majority and is restored from an earlier backup",
    proves: "that the page restores a three-member cluster to the snapshot, and loses only what was written after it",
    runbook: "runbook-earlier-backup.md",
    membership: { voters: 3, clusterId: "changed", revisionMayGoBack: true },
  },
  {
    ...DRILL,
    ...FROM_A_BACKUP,
    case: "raised-revisions",
    title: "etcd loses its majority and is restored from an earlier backup with revisions above those of before",
    proves:
      "that clients which watch are told that what they know is gone, and miss nothing unseen, when the restore raises the revisions",
    runbook: "runbook-raised-revisions.md",
    membership: { voters: 3, clusterId: "changed", revisionMayGoBack: false },
  },
  {
    ...DRILL,
    ...FROM_THE_SURVIVOR,
    case: "live-member",
    title: "etcd loses its majority and is restored from a snapshot of the member that is left",
    proves:
      "that a member without a quorum still gives a snapshot with every acknowledged write, and that all members restored from it are one cluster",
    runbook: "runbook-live-member.md",
  },
  {
    ...DRILL,
    ...FROM_THE_SURVIVOR,
    case: "database-copy",
    title: "etcd loses its majority and is restored from the database file of the member that is left",
    proves:
      "that a copy of the database file of a member without a quorum holds every acknowledged write, and that all members restored from it are one cluster",
    runbook: "runbook-database-copy.md",
  },
];
export default drills;
