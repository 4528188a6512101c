/**
 * A majority of the machines goes dark with their disks, a page recovers without them, and when all is over they come back at once: two
 * members of three, with the data of before. Whether that is a cluster of its own depends on who is there to refuse them.
 */
import type { Drill, ExpectedFailure } from "../../harness/drill/index.ts";
import { majorityGoesDark } from "../../harness/fault/index.ts";
import { etcd, leaderAndLost, spareMachines, survivorAndLost } from "../../harness/system/index.ts";

const DRILL = {
  id: "etcd-member-back-from-the-dead",
  fault: majorityGoesDark({ survivor: "leader" }),
  preparation: spareMachines,
  roles: survivorAndLost,
  detection: { kind: "no-member-serves" },
  recoveryPoint: {
    kind: "survivor-commit",
    description: "what the survivor, the leader when the others went dark, had committed",
  },
  controls: {
    selfHealing: null,
    recoveryOnly: { kind: "harmless", stopsAt: "confirm-no-leader", roles: leaderAndLost },
  },
} as const satisfies Partial<Drill>;

const KEPT = { voters: 3, clusterId: "kept", revisionMayGoBack: false } as const;

/** The page as written fails by what comes back, and by nothing else. */
const risen = (because: string, corrected: string): ExpectedFailure => ({
  kind: "failed",
  findings: ["old-data-cannot-rejoin"],
  because,
  story: "Dark machines that come back are a cluster of their own",
  corrected: { runbook: corrected },
});

const drills: readonly Drill[] = [
  {
    ...DRILL,
    case: "forced",
    title: "two of three etcd machines go dark, the third goes on by force with spares, and the two come back",
    proves:
      "that old members which come back are refused by the survivor of a forced recovery, as long as that is there, though nobody fenced them",
    system: etcd({ members: 3, spares: 2 }),
    runbook: "forced.md",
    expected: { kind: "passed" },
    // About three times what it takes on two processors: two orderly stops and two joins of seven seconds each are etcd's own.
    objectives: { recoveryTimeMs: 120_000, lostWrites: 0, lostWritesReason: null },
    membership: KEPT,
  },
  {
    ...DRILL,
    case: "forced-then-survivor-removed",
    title: "two of three etcd machines go dark, new ones replace all three, and the two come back",
    proves:
      "that two old members lead themselves and take writes under the same cluster id when the survivor that removed them is gone, and that a fence keeps them out",
    system: etcd({ members: 3, spares: 3 }),
    runbook: "survivor-removed.md",
    expected: risen(
      "only the survivor could tell the old members that they were removed; without it the two are a majority of the cluster that they know",
      "survivor-removed-fenced.md",
    ),
    objectives: { recoveryTimeMs: 160_000, lostWrites: 0, lostWritesReason: null },
    membership: KEPT,
  },
  {
    ...DRILL,
    case: "restored",
    title: "two of three etcd machines go dark, a snapshot is restored without them, and the two come back",
    proves:
      "that a new cluster id does not keep two old members from leading themselves and taking writes, and that a fence does",
    system: etcd({ members: 3, spares: 2 }),
    runbook: "restored.md",
    expected: risen(
      "a member of another cluster refuses to talk to the old ones, and does not end them: the two are a majority of the cluster that they know",
      "restored-fenced.md",
    ),
    objectives: { recoveryTimeMs: 80_000, lostWrites: 0, lostWritesReason: null },
    membership: { voters: 3, clusterId: "changed", revisionMayGoBack: false },
  },
];
export default drills;
