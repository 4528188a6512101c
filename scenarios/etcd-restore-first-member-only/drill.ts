/**
 * A majority is lost, and a snapshot of the survivor is restored on the first member only, while the others start with empty
 * folders: as a vendor's page has it, in every order of starts. The second and the third are alike, so there are three.
 */
import type { Drill } from "../../harness/drill/index.ts";
import { loseMajorityForGood } from "../../harness/fault/index.ts";
import { etcd } from "../../harness/system/index.ts";
import { restoredInOrder, restoredThoughHealthy, type StartOrder } from "./roles.ts";

const ORDERS: Readonly<Record<string, StartOrder>> = {
  "restored-starts-first": ["first", "second", "third"],
  "restored-starts-second": ["second", "first", "third"],
  "restored-starts-last": ["second", "third", "first"],
};

const drills: readonly Drill[] = Object.entries(ORDERS).map(([name, order]) => ({
  id: "etcd-restore-first-member-only",
  case: name,
  title: `a snapshot is restored on the first of three members only, which starts ${name.replace("restored-starts-", "")}`,
  proves:
    "that members which start with empty folders beside a restored one serve other data than it does, and that a restore on all members keeps everything",
  system: etcd({ members: 3 }),
  fault: loseMajorityForGood({ survivor: "leader" }),
  preparation: null,
  runbook: "runbook.md",
  roles: restoredInOrder(order),
  detection: { kind: "no-member-serves" },
  recoveryPoint: {
    kind: "survivor-commit",
    description: "what the survivor, the leader at the time of the fault, had committed when its snapshot was saved",
  },
  expected: {
    kind: "failed",
    findings: ["converged", "acknowledged-writes-kept", "loss-within-objective", "members-agree", "revision-not-back"],
    alsoPossible: ["nothing-resurrected", "nothing-duplicated", "transactions-whole", "watches-told"],
    because:
      "members that start with empty folders beside a restored one are sent nothing of what it holds, and serve an empty store as members of the same cluster",
    story: "Restored on the first member only",
    corrected: {
      runbook: "corrected.md",
      membership: { voters: 3, clusterId: "changed", revisionMayGoBack: false },
      settings: {},
    },
  },
  // Members that differ stay so: two holds show it as well as six.
  settings: { convergeWithinMs: 12_000 },
  objectives: { recoveryTimeMs: 60_000, lostWrites: 0, lostWritesReason: null },
  controls: {
    selfHealing: null,
    recoveryOnly: { kind: "harmless", stopsAt: "confirm-no-leader", roles: restoredThoughHealthy(order) },
  },
  membership: { voters: 3, clusterId: "kept", revisionMayGoBack: false },
}));
export default drills;
