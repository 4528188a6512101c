/** The leader of three dqlite members is gone, or hangs, for a while and goes on with its data. Nobody acts. */
import type { Drill } from "../../harness/drill/index.ts";
import { kill, pause } from "../../harness/fault/index.ts";
import { dqlite, noRoles } from "../../harness/system/index.ts";

/** Longer than the others take to elect a leader, and their clients to find it (4 to 7 s). */
const AWAY_FOR_MS = 10_000;
/** Longer than clients of the others were seen to wait for one that hangs. */
const HANGS_FOR_MS = 30_000;

const DRILL: Omit<Drill, "case" | "title" | "proves" | "fault" | "controls" | "objectives"> = {
  id: "dqlite-leader-lost",
  system: dqlite({ members: 3 }),
  runbook: null,
  preparation: null,
  roles: noRoles,
  detection: { kind: "none", because: "nobody acts" },
  recoveryPoint: {
    kind: "everything",
    description: "two members keep all their data, so nothing that was acknowledged may be lost",
  },
  membership: { voters: 3, clusterId: "kept", revisionMayGoBack: false },
  expected: { kind: "passed" },
};

const NO_PAGE = { kind: "not-applicable", because: "there is no page: nobody acts" } as const;
const NOTHING_LOST = { lostWrites: 0, lostWritesReason: null } as const;

const drills: readonly Drill[] = [
  {
    ...DRILL,
    case: "killed",
    title: "the leader of three dqlite members is killed and started again",
    proves:
      "that dqlite heals by itself when its leader is lost and comes back, with every acknowledged write, and how fast",
    fault: kill({ targets: "leader", lasts: { forMs: AWAY_FOR_MS } }),
    // The time away, and four times what an election and the start of a member were seen to take.
    objectives: { recoveryTimeMs: 40_000, ...NOTHING_LOST },
    controls: { selfHealing: "the machine starts its member again", recoveryOnly: NO_PAGE },
  },
  {
    ...DRILL,
    case: "hangs",
    title: "the leader of three dqlite members hangs for a while",
    proves: "that dqlite heals by itself when a leader that hung goes on, with every acknowledged write, and how fast",
    fault: pause({ targets: "leader", lasts: { forMs: HANGS_FOR_MS } }),
    objectives: { recoveryTimeMs: 60_000, ...NOTHING_LOST },
    controls: { selfHealing: "the member that hung goes on", recoveryOnly: NO_PAGE },
  },
];
export default drills;
