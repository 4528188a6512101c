/** One of three etcd members is removed from the cluster while it hangs; the page adds it again with empty data. */
import type { Drill } from "../../harness/drill/index.ts";
import { removePausedMember } from "../../harness/fault/index.ts";
import { leaderTakenForFailed } from "../../harness/system/index.ts";
import { ONE_ETCD_MEMBER_FAILS } from "../one-member-fails.ts";

const drill: Drill = {
  ...ONE_ETCD_MEMBER_FAILS,
  id: "etcd-removed-member",
  case: null,
  title: "one of three etcd members is removed from the cluster while it hangs",
  proves:
    "that the page brings a removed member back with data from the others, and nothing that was acknowledged is lost",
  fault: removePausedMember({ target: "a-follower" }),
  controls: {
    selfHealing: null,
    recoveryOnly: { kind: "harmless", stopsAt: "confirm-removed", roles: leaderTakenForFailed },
  },
};
export default drill;
