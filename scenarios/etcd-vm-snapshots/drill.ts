/** Every etcd machine is deleted; the disks come back from machine snapshots that were made one after the other. */
import { revisionOfDataFolder, type Drill } from "../../harness/drill/index.ts";
import { loseMachines } from "../../harness/fault/index.ts";
import { etcd, nodesByName, noRoles } from "../../harness/system/index.ts";

/** Whether another leader is elected between the snapshots of the second and the third machine; a new leader has a new term. */
const CHOICES = { leader: ["stays", "changes"] } as const satisfies Drill["choices"];

const DRILL = {
  id: "etcd-vm-snapshots",
  // As many entries as a leader up to 3.5 keeps in memory at least. With 3.6 it keeps 5,000 (etcd-io/etcd#18825), and a member that is stuck
  // is put right when so many were written meanwhile: with 200 writes a second within the page's 30 s, or not.
  system: etcd({ members: 3, flags: ["--snapshot-count=100000", "--snapshot-catchup-entries=100000"] }),
  choices: CHOICES,
  reading: { leader: "stays" },
  fault: loseMachines({ targets: "all" }),
  preparation: nodesByName,
  // Nobody is left to say anything: what the preparation has bound is what is known.
  roles: noRoles,
  detection: { kind: "no-member-serves" },
  objectives: {
    // Longer than a recovery that never comes is watched for: what fails must fail for what it is.
    recoveryTimeMs: 160_000,
    lostWrites: 2500,
    lostWritesReason:
      "200 writes a second since the second snapshot, the newest that a majority has, which is some 12 s old when the machines are lost",
  },
  controls: {
    selfHealing: null,
    recoveryOnly: { kind: "harmless", stopsAt: "confirm-nobody-answers" },
  },
  membership: { voters: 3, clusterId: "kept", revisionMayGoBack: true },
} as const satisfies Partial<Drill>;

/** Of the snapshots in the order of the machines' names: the first is the oldest. */
const heldBy = (node: string, which: string): Drill["recoveryPoint"] => ({
  kind: "backup-revision",
  description: `what the ${which} snapshot holds`,
  readRevision: revisionOfDataFolder(`snapshots/${node}/var/lib/etcd`),
});

const NEWEST_FIRST = { runbook: "runbook-newest-first.md", recoveryPoint: heldBy("n3", "newest") } as const;

const drills: readonly Drill[] = [
  {
    ...DRILL,
    case: "oldest-first",
    title:
      "every etcd machine is deleted, its snapshot is put back, and the machines start in the order of their names",
    proves:
      "that members whose disks are of different instants, started in the wrong order, do not become a cluster again",
    runbook: "runbook.md",
    recoveryPoint: heldBy("n1", "oldest"),
    expected: {
      kind: "failed",
      findings: ["every-step-ran", "converged", "every-member-writes"],
      stopsAt: ["start-node-3"],
      because:
        "the two older members lead themselves and go on; the newest has committed what is not so, takes nothing from the leader, and serves nobody",
      story: "Machine snapshots of different instants: the order of the start decides",
      corrected: NEWEST_FIRST,
    },
  },
  {
    ...DRILL,
    reading: { leader: "changes" },
    case: "oldest-first-new-leader",
    title:
      "every etcd machine is deleted, its snapshot is put back, and those that know nothing of the last leader start first",
    proves:
      "that members whose disks know nothing of a term give it a second time, and the one that knows it joins them with other data",
    runbook: "runbook.md",
    recoveryPoint: heldBy("n1", "oldest"),
    expected: {
      kind: "failed",
      findings: [
        "converged",
        "acknowledged-writes-kept",
        // Some hundred writes are missing on the newest member, and every fourth or so had replaced an older value.
        "nothing-resurrected",
        "nothing-duplicated",
        "members-agree",
        "loss-within-objective",
        "revision-not-back",
        "watches-told",
      ],
      // Where the newest member lacks a transaction that deletes keys, and one of them is not there for another reason.
      alsoPossible: ["transactions-whole"],
      because:
        "two leaders had the same term, so the newest member takes its own entries for the leader's, and goes on from other data",
      story: "A term that is given twice: members differ, and all are healthy",
      corrected: NEWEST_FIRST,
    },
  },
  {
    ...DRILL,
    ...NEWEST_FIRST,
    case: "newest-first",
    title: "every etcd machine is deleted, its snapshot is put back, and the machine with the newest is started first",
    proves:
      "that members whose disks are of different instants become a cluster with all that the newest of them had committed",
    expected: { kind: "passed" },
  },
];
export default drills;
