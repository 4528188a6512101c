/** The disks of a majority, or of all members, are gone; all that is left is thrown away and the cluster begins again with one. */
import { revisionOfSnapshot, type Drill } from "../../harness/drill/index.ts";
import { loseDisks } from "../../harness/fault/index.ts";
import { etcd, nodesByName } from "../../harness/system/index.ts";

const DRILL = {
  id: "etcd-permanent-quorum-loss",
  system: etcd({ members: 3 }),
  preparation: null,
  roles: nodesByName,
  detection: { kind: "no-member-serves" },
  controls: {
    selfHealing: null,
    recoveryOnly: { kind: "harmless", stopsAt: "confirm-no-leader" },
  },
  membership: { voters: 3, clusterId: "changed", revisionMayGoBack: true },
  expected: { kind: "passed" },
} as const satisfies Partial<Drill>;

/** Four times what it was seen to take on two processors: two members that join, and an orderly stop with watchers. */
const RECOVERY_TIME_MS = 160_000;

const MAJORITY = loseDisks({ targets: "majority" });
const ALL = loseDisks({ targets: "all" });

/** The page as written: no backup, so nothing is promised, and all that was written is lost. */
const EMPTY = {
  runbook: "runbook.md",
  recoveryPoint: { kind: "nothing", description: "the page clears the data of every member and begins empty" },
  objectives: {
    recoveryTimeMs: RECOVERY_TIME_MS,
    lostWrites: 3000,
    lostWritesReason: "200 writes a second since the cluster began, less than 15 s before the disks are lost",
  },
} as const satisfies Partial<Drill>;

/** A backup is put into the first member before it starts, as the sidecar of the page's platform does. */
const FROM_A_BACKUP = {
  runbook: "runbook-with-backup.md",
  recoveryPoint: {
    kind: "backup-revision",
    description: "what the backup holds that was taken while all was well",
    readRevision: revisionOfSnapshot("backup/snapshot.db"),
  },
  objectives: {
    recoveryTimeMs: RECOVERY_TIME_MS,
    lostWrites: 2000,
    lostWritesReason: "200 writes a second since the backup, which is less than 10 s old when the disks are lost",
  },
} as const satisfies Partial<Drill>;

const drills: readonly Drill[] = [
  {
    ...DRILL,
    ...EMPTY,
    case: "majority-lost",
    title: "the disks of two of three etcd members are gone, and the cluster begins again, empty",
    proves:
      "that the page makes a three-member cluster that serves, and that it loses all data, also what the third member still held",
    fault: MAJORITY,
  },
  {
    ...DRILL,
    ...FROM_A_BACKUP,
    case: "majority-lost-with-backup",
    title: "the disks of two of three etcd members are gone, and the cluster begins again from a backup",
    proves:
      "that the page makes a three-member cluster with all that the backup holds, and loses only what was written after it",
    fault: MAJORITY,
  },
  {
    ...DRILL,
    ...EMPTY,
    case: "all-lost",
    title: "the disks of all etcd members are gone, and the cluster begins again, empty",
    proves: "that the page makes a three-member cluster that serves where no member has any data",
    fault: ALL,
  },
  {
    ...DRILL,
    ...FROM_A_BACKUP,
    case: "all-lost-with-backup",
    title: "the disks of all etcd members are gone, and the cluster begins again from a backup",
    proves: "that the page makes a three-member cluster with all that the backup holds where no member has any data",
    fault: ALL,
  },
];
export default drills;
