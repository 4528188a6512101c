/**
 * Of two etcd clusters side by side one, main, has lost its quorum for good; the page begins it again from its backup. It is
 * followed on main; and by an operator who takes the other one, events, for the ill one, though that is well.
 */
import { revisionOfSnapshot, type Drill } from "../../harness/drill/index.ts";
import { loseDisks } from "../../harness/fault/index.ts";
import { etcd, nodesByName } from "../../harness/system/index.ts";

const DRILL = {
  id: "etcd-wrong-cluster",
  system: etcd({ name: "main", members: 3, bystander: { name: "events", members: 3 } }),
  fault: loseDisks({ targets: "majority" }),
  preparation: null,
  roles: nodesByName,
  // The human error: somebody says "events". Only a page that finds out itself does not go by that.
  takenForIll: "events",
  detection: { kind: "no-member-serves" },
  recoveryPoint: {
    kind: "backup-revision",
    description: "what the backup of main holds that was taken while all was well",
    readRevision: revisionOfSnapshot("backup/main.db"),
  },
  objectives: {
    // As for etcd-permanent-quorum-loss: two members that join, and an orderly stop with watchers.
    recoveryTimeMs: 160_000,
    lostWrites: 2000,
    lostWritesReason: "200 writes a second since the backup, which is less than 10 s old when the disks are lost",
  },
  controls: { selfHealing: null, recoveryOnly: { kind: "harmless", stopsAt: "identify" } },
  membership: { voters: 3, clusterId: "changed", revisionMayGoBack: true },
} as const satisfies Partial<Drill>;

const drills: readonly Drill[] = [
  {
    ...DRILL,
    case: "right-one",
    title: "one of two etcd clusters has lost its quorum for good, and the page finds out which and begins it again",
    proves:
      "that the page finds out by itself which of two clusters is ill, makes it anew with all that its backup holds, and leaves the other one unharmed",
    runbook: "runbook.md",
    expected: { kind: "passed" },
  },
  {
    ...DRILL,
    case: "healthy-one",
    title: "one of two etcd clusters has lost its quorum for good, and the page is followed on the other one",
    proves:
      "that a page which does not say how to find the ill cluster takes its last writes from a healthy one, and that one which looks for itself does not",
    runbook: "as-written.md",
    // A cluster that nobody touches does not come back: one wait as long as three holds shows it.
    settings: { convergeWithinMs: 12_000 },
    expected: {
      kind: "failed",
      findings: ["converged", "bystander-unharmed"],
      // What is left of main answers for itself or not: it is still the old cluster, and takes no writes.
      alsoPossible: ["cluster-id-as-promised", "every-member-writes"],
      because:
        "the page clears the members that its operator names, and nothing in it asks whether they are those of the cluster that is ill",
      story: "The page on the wrong one of two clusters",
      corrected: { runbook: "runbook.md", settings: {} },
    },
  },
];
export default drills;
