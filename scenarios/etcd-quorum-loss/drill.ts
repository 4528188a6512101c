/** A three-member etcd cluster loses its majority for good; the page brings it back from the one survivor. */
import type { Drill } from "../../harness/drill/index.ts";
import { loseMajorityForGood } from "../../harness/fault/index.ts";
import { etcd, leaderAndReplacements, survivorAndReplacements } from "../../harness/system/index.ts";

const drill: Drill = {
  id: "etcd-quorum-loss",
  case: null,
  title: "etcd loses its majority for good and is recovered from the one survivor",
  proves:
    "that the page rebuilds a three-member cluster from the surviving leader without losing an acknowledged write",
  system: etcd({ members: 3 }),
  fault: loseMajorityForGood({ survivor: "leader" }),
  runbook: "runbook.md",
  preparation: null,
  roles: survivorAndReplacements,
  detection: { kind: "no-member-serves" },
  recoveryPoint: {
    kind: "survivor-commit",
    description: "what the survivor, the leader at the time of the fault, had committed",
  },
  // Four times what it takes on two processors: etcd's own waits alone are up to 30 s (docs/findings.md).
  expected: { kind: "passed" },
  objectives: { recoveryTimeMs: 120_000, lostWrites: 0, lostWritesReason: null },
  controls: {
    selfHealing: null,
    recoveryOnly: { kind: "harmless", stopsAt: "confirm-no-leader", roles: leaderAndReplacements },
  },
  membership: { voters: 3, clusterId: "kept", revisionMayGoBack: false },
};
export default drill;
