/** The disk of one of three dqlite members is full. The page makes room and starts what has ended, or hangs. */
import type { Drill } from "../../harness/drill/index.ts";
import { fillDisk } from "../../harness/fault/index.ts";
import { dqlite, laggingAndHealthy } from "../../harness/system/index.ts";
import { NOBODY_TO_BEGIN_WITH, ONE_MEMBER_FAILS } from "../one-member-fails.ts";

/** Room for the three open segments of 8 MiB that dqlite sets aside for itself, for what the drill writes, and a snapshot. */
const DISK_BYTES = 128 * 1024 * 1024;
/** Enough for 32 MiB: more than what is set aside. */
const WRITES = 64;

const DRILL: Omit<Drill, "case" | "title" | "proves" | "fault"> = {
  ...ONE_MEMBER_FAILS,
  id: "dqlite-disk-full",
  system: dqlite({ members: 3, diskBytes: DISK_BYTES }),
  // Four times what an election, the alert and the start of a member were seen to take.
  objectives: { recoveryTimeMs: 120_000, lostWrites: 0, lostWritesReason: null },
  controls: NOBODY_TO_BEGIN_WITH,
};

const drills: readonly Drill[] = [
  {
    ...DRILL,
    case: "leader",
    title: "the disk of the leader of three dqlite members is full",
    proves: "that room on its disk and a start bring a member back whose disk was full while it led",
    fault: fillDisk({ targets: "leader", writes: WRITES }),
  },
  {
    ...DRILL,
    case: "follower",
    title: "the disk of a follower of three dqlite members is full",
    proves: "that room on its disk and a start bring a member back whose disk was full while it followed",
    fault: fillDisk({ targets: "a-follower", writes: WRITES }),
    roles: laggingAndHealthy,
    detection: { kind: "none", because: "the alert is on the disk itself: every probe of the store stays good" },
    controls: {
      ...NOBODY_TO_BEGIN_WITH,
      selfHealing:
        "no probe sees anything down: the member that takes nothing in any more runs, answers, and is listed",
    },
  },
];
export default drills;
