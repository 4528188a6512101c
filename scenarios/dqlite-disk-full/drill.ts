/** The disk of the leader of three dqlite members is full. The page makes room and starts what has ended. */
import type { Drill } from "../../harness/drill/index.ts";
import { fillDisk } from "../../harness/fault/index.ts";
import { dqlite, failedAndHealthy } from "../../harness/system/index.ts";

/** Room for the three open segments of 8 MiB that dqlite sets aside for itself, for what the drill writes, and a snapshot. */
const DISK_BYTES = 128 * 1024 * 1024;
/** Enough for 32 MiB: more than what is set aside. */
const WRITES = 64;

const drill: Drill = {
  id: "dqlite-disk-full",
  case: null,
  title: "the disk of the leader of three dqlite members is full",
  proves: "that room on its disk and a start bring a member back whose disk was full while it led",
  system: dqlite({ members: 3, diskBytes: DISK_BYTES }),
  fault: fillDisk({ targets: "leader", writes: WRITES }),
  runbook: "runbook.md",
  preparation: null,
  roles: failedAndHealthy,
  detection: { kind: "not-steady" },
  recoveryPoint: {
    kind: "everything",
    description: "two members keep all their data, so nothing that was acknowledged may be lost",
  },
  // Four times what an election, the alert and the start of a member were seen to take.
  objectives: { recoveryTimeMs: 120_000, lostWrites: 0, lostWritesReason: null },
  membership: { voters: 3, clusterId: "kept", revisionMayGoBack: false },
  expected: { kind: "passed" },
  controls: {
    selfHealing: null,
    recoveryOnly: {
      kind: "not-applicable",
      because: "in a healthy cluster no member is the one that failed, and the page has nobody to begin with",
    },
  },
};
export default drill;
