/** A cluster of two loses one machine without having removed its member first; the page goes on with the one that is left. */
import type { Drill } from "../../harness/drill/index.ts";
import { loseMajorityForGood } from "../../harness/fault/index.ts";
import { etcd, leaderAndReplacements, survivorAndReplacements } from "../../harness/system/index.ts";

const drill: Drill = {
  id: "etcd-two-to-one",
  case: null,
  title: "etcd loses one of two machines and takes no writes; the one that is left becomes the cluster",
  proves:
    "that force-new-cluster makes a writable cluster of the one machine left of two, with every acknowledged write",
  system: etcd({ members: 2 }),
  fault: loseMajorityForGood({ survivor: "leader" }),
  runbook: "runbook.md",
  preparation: null,
  roles: survivorAndReplacements,
  detection: { kind: "no-member-serves" },
  recoveryPoint: {
    kind: "survivor-commit",
    description: "what the survivor had committed; of two members it has every acknowledged write",
  },
  objectives: { recoveryTimeMs: 90_000, lostWrites: 0, lostWritesReason: null },
  controls: {
    selfHealing: null,
    recoveryOnly: { kind: "harmless", stopsAt: "confirm-no-leader", roles: leaderAndReplacements },
  },
  expected: { kind: "passed" },
  membership: { voters: 1, clusterId: "kept", revisionMayGoBack: false },
};
export default drill;
