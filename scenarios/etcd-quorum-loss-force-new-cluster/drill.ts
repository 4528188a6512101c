/**
 * A majority is lost for good, and a vendor's page makes a cluster of the one member that is left and grows it to three. What that
 * costs depends on which member is left: the leader has everything, a follower nearly so, one that hung lacks what it missed.
 */
import type { Drill } from "../../harness/drill/index.ts";
import { loseMajorityForGood } from "../../harness/fault/index.ts";
import { etcd, leaderAndReplacements, survivorAndReplacements } from "../../harness/system/index.ts";

const DRILL: Omit<Drill, "case" | "title" | "proves" | "fault" | "recoveryPoint" | "objectives" | "membership"> = {
  id: "etcd-quorum-loss-force-new-cluster",
  system: etcd({ members: 3 }),
  runbook: "runbook.md",
  preparation: null,
  roles: survivorAndReplacements,
  detection: { kind: "no-member-serves" },
  expected: { kind: "passed" },
  controls: {
    selfHealing: null,
    recoveryOnly: { kind: "harmless", stopsAt: "confirm-no-leader", roles: leaderAndReplacements },
  },
};

/** Twice what it takes on two processors: two orderly stops and two joins of seven seconds each are etcd's own (docs/findings.md). */
const RECOVERY_TIME_MS = 120_000;

const drills: readonly Drill[] = [
  {
    ...DRILL,
    case: "leader",
    title: "etcd loses its majority for good, and the leader is left",
    proves: "that the page rebuilds the cluster from the leader without losing an acknowledged write",
    fault: loseMajorityForGood({ survivor: "leader" }),
    recoveryPoint: { kind: "survivor-commit", description: "what the leader had committed: all that was acknowledged" },
    objectives: { recoveryTimeMs: RECOVERY_TIME_MS, lostWrites: 0, lostWritesReason: null },
    membership: { voters: 3, clusterId: "kept", revisionMayGoBack: false },
  },
  {
    ...DRILL,
    case: "follower",
    title: "etcd loses its majority for good, and a follower is left",
    proves: "that the page rebuilds the cluster from a follower and loses no more than what it had not heard of",
    fault: loseMajorityForGood({ survivor: "a-follower" }),
    recoveryPoint: {
      kind: "survivor-commit",
      description: "what the follower knew to be committed when it was diagnosed",
    },
    objectives: {
      recoveryTimeMs: RECOVERY_TIME_MS,
      lostWrites: 50,
      lostWritesReason:
        "a follower hears with the leader's next message what is committed, and one of three need not have a write for it to be acknowledged: the last quarter of a second may be gone",
    },
    membership: { voters: 3, clusterId: "kept", revisionMayGoBack: true },
  },
  {
    ...DRILL,
    case: "stalest",
    title: "etcd loses its majority for good, and a follower is left that had hung for some seconds before",
    proves:
      "that the page rebuilds the cluster from a member that lags, and that what is lost is only what was acknowledged while it hung",
    fault: loseMajorityForGood({ survivor: "stalest" }),
    recoveryPoint: {
      kind: "survivor-commit",
      description: "what the member that had hung knew to be committed when it was diagnosed",
    },
    objectives: {
      recoveryTimeMs: RECOVERY_TIME_MS,
      lostWrites: 1000,
      lostWritesReason:
        "the only copy that is left lacks what was acknowledged while its member hung, three seconds at two hundred writes a second; nobody else has it",
    },
    membership: { voters: 3, clusterId: "kept", revisionMayGoBack: true },
    // The member that hung works off what has queued up at it before it answers the witness, and the page stops it.
    settings: { unavailableForMs: 6000 },
  },
];
export default drills;
