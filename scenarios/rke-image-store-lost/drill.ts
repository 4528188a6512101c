/** One of three hosts of an RKE cluster loses its containers and images; its images are brought from another host, and its containers made again. */
import type { Drill } from "../../harness/drill/index.ts";
import { loseImageStore } from "../../harness/fault/index.ts";
import { leaderTakenForFailed, rke } from "../../harness/system/index.ts";
import { ONE_MEMBER_FAILS } from "../one-member-fails.ts";

const drill: Drill = {
  ...ONE_MEMBER_FAILS,
  id: "rke-image-store-lost",
  case: null,
  title: "one of three hosts of an RKE cluster loses all containers and images of its Docker engine",
  proves:
    "that images from another host and the host's own run commands, in their order, bring its member back while the others serve, and nothing that was acknowledged is lost",
  system: rke({ account: "keys", members: 3 }),
  fault: loseImageStore({ target: "a-follower" }),
  objectives: { recoveryTimeMs: 240_000, lostWrites: 0, lostWritesReason: null },
  controls: {
    selfHealing: null,
    recoveryOnly: { kind: "harmless", stopsAt: "confirm-store-lost", roles: leaderTakenForFailed },
  },
};
export default drill;
