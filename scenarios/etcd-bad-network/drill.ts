/** The network of a majority of three etcd members is bad for a while, and not gone. Nobody acts. Needs containers (`--substrate docker`). */
import type { Drill } from "../../harness/drill/index.ts";
import { badNetwork } from "../../harness/fault/index.ts";
import { etcd } from "../../harness/system/index.ts";
import { healsSince, NOBODY_ACTS } from "../nobody-acts.ts";

/** Several election time-outs (1 s by default), so that the leader may be given up more than once. */
const BAD_FOR_MS = 8000;
/** TCP goes on with it, at a crawl. */
const LOST_SHARE = 0.4;
/** A fraction of what the members tell each other under the drill's writes. */
const BITS_PER_SECOND = 256_000;

const DRILL: Omit<Drill, "case" | "title" | "proves" | "fault"> = {
  ...NOBODY_ACTS,
  id: "etcd-bad-network",
  system: etcd({ members: 3 }),
  recoveryPoint: {
    kind: "everything",
    description: "every member keeps its data, so nothing that was acknowledged may be lost",
  },
  // The bad time, and what connections that lost packets wait before they send again, which doubles each time (tcp(7)).
  objectives: { recoveryTimeMs: 40_000, lostWrites: 0, lostWritesReason: null },
  controls: healsSince("the network is in order again"),
};

const drills: readonly Drill[] = [
  {
    ...DRILL,
    case: "packets-lost",
    title: "of the packets to two of three etcd members four of ten are lost for a while",
    proves:
      "that etcd heals by itself when a network that lost packets is in order again, with every acknowledged write",
    fault: badNetwork({
      targets: "majority",
      how: { kind: "lossy", share: LOST_SHARE },
      lasts: { forMs: BAD_FOR_MS },
    }),
  },
  {
    ...DRILL,
    case: "slow-line",
    title: "two of three etcd members send at 256 kbit/s for a while",
    proves: "that etcd heals by itself when a line that was too slow is in order again, with every acknowledged write",
    fault: badNetwork({
      targets: "majority",
      how: { kind: "slow", bitsPerSecond: BITS_PER_SECOND },
      lasts: { forMs: BAD_FOR_MS },
    }),
  },
];
export default drills;
