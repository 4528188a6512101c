/** The leader of three dqlite members is gone, or hangs, for a while and goes on with its data. Nobody acts. */
import type { Drill } from "../../harness/drill/index.ts";
import { kill, pause } from "../../harness/fault/index.ts";
import { DQLITE_HEALS, healsSince } from "../nobody-acts.ts";

/** Longer than the others take to elect a leader, and their clients to find it (4 to 7 s). */
const AWAY_FOR_MS = 10_000;
/** Longer than clients of the others were seen to wait for one that hangs. */
const HANGS_FOR_MS = 30_000;

const DRILL = { ...DQLITE_HEALS, id: "dqlite-leader-lost" };
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
    controls: healsSince("the machine starts its member again"),
  },
  {
    ...DRILL,
    case: "hangs",
    title: "the leader of three dqlite members hangs for a while",
    proves: "that dqlite heals by itself when a leader that hung goes on, with every acknowledged write, and how fast",
    fault: pause({ targets: "leader", lasts: { forMs: HANGS_FOR_MS } }),
    objectives: { recoveryTimeMs: 60_000, ...NOTHING_LOST },
    controls: healsSince("the member that hung goes on"),
  },
];
export default drills;
