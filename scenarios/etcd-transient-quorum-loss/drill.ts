/** A majority of a three-member etcd cluster is away for a while and comes back with its data. Nobody acts. */
import type { Drill } from "../../harness/drill/index.ts";
import { kill, partition, pause } from "../../harness/fault/index.ts";
import { etcd } from "../../harness/system/index.ts";
import { healsSince, NOBODY_ACTS } from "../nobody-acts.ts";

/**
 * Longer than an election time-out (1 s by default), so that the leader is given up, and than the alert takes that a page
 * would begin with: what is longer still is no different for the members.
 */
const AWAY_FOR_MS = 5000;

const DRILL: Omit<Drill, "case" | "title" | "proves" | "fault" | "controls"> = {
  ...NOBODY_ACTS,
  id: "etcd-transient-quorum-loss",
  system: etcd({ members: 3 }),
  recoveryPoint: {
    kind: "everything",
    description: "every member keeps its data, so nothing that was acknowledged may be lost",
  },
  // The time away, and four times what two elections and the restart of two members were seen to take.
  objectives: { recoveryTimeMs: 20_000, lostWrites: 0, lostWritesReason: null },
};

const drills: readonly Drill[] = [
  {
    ...DRILL,
    case: "majority-paused",
    title: "two of three etcd members hang for a while",
    proves: "that etcd heals by itself when members that hung go on, with every acknowledged write, and how fast",
    fault: pause({ targets: "majority", lasts: { forMs: AWAY_FOR_MS } }),
    controls: healsSince("the members that hung go on"),
  },
  {
    ...DRILL,
    case: "majority-restarted",
    title: "two of three etcd members are killed and started again",
    proves:
      "that etcd heals by itself when killed members are started again, with every acknowledged write, and how fast",
    fault: kill({ targets: "majority", lasts: { forMs: AWAY_FOR_MS } }),
    controls: healsSince("the machines start their members again"),
  },
  {
    ...DRILL,
    case: "majority-partitioned",
    title: "the network between three etcd members is gone for a while",
    proves: "that etcd heals by itself when the network comes back, with every acknowledged write, and how fast",
    fault: partition({ targets: "majority", manner: "drop", lasts: { forMs: AWAY_FOR_MS } }),
    controls: healsSince("the network comes back"),
  },
  {
    ...DRILL,
    case: "majority-unheard",
    title: "what two of three etcd members send is lost for a while, and what they are sent arrives",
    proves:
      "that etcd heals by itself when a network that had failed in one direction comes back, with every acknowledged write, and how fast",
    fault: partition({ targets: "majority", manner: "drop-sent", lasts: { forMs: AWAY_FOR_MS } }),
    controls: healsSince("the network comes back"),
  },
];
export default drills;
