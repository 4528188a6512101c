/**
 * A member is removed, and then the others are killed and started again: etcd 3.5.0 panics at every start ("unexpected removal of
 * unknown remote peer", etcd-io/etcd#13466). A vendor's page restores the database file of one member.
 */
import type { Drill } from "../../harness/drill/index.ts";
import { removedThenRestarted } from "../../harness/fault/index.ts";
import { etcd, nodesByName } from "../../harness/system/index.ts";

/** A version that has the defect, and one that has it no more and takes over the data of the other. */
const WITH_DEFECT = "3.5.0";
const WITHOUT_DEFECT = "3.6.14";

/**
 * The panic needs a snapshot of the raft log before the removal, and none between that and the restart. By default 3.5.0 takes one
 * after 100,000 entries. The drill makes some 350 a second, and from the removal to the restart it takes some seconds, on a busy machine
 * ten: with 3,000 a snapshot came in between.
 */
const SNAPSHOTS_OFTEN = ["--snapshot-count=6000"];

const DRILL = {
  id: "etcd-unknown-remote-peer",
  preparation: null,
  roles: nodesByName,
  recoveryPoint: { kind: "everything", description: "the members hold every acknowledged write, though they panic" },
  objectives: { recoveryTimeMs: 120_000, lostWrites: 0, lostWritesReason: null },
} as const satisfies Partial<Drill>;

const databaseCopy: Drill = {
  ...DRILL,
  case: "database-copy",
  title: `etcd ${WITH_DEFECT} panics at every start after a member was removed, and is restored from a database file`,
  proves:
    "that the database file of a member that was killed is not all that it holds, and that a newer server loses nothing",
  system: etcd({ members: 3, version: WITH_DEFECT, serversAtHand: [WITHOUT_DEFECT], flags: SNAPSHOTS_OFTEN }),
  fault: removedThenRestarted({ remove: "n3", othersPanic: true }),
  runbook: "runbook.md",
  detection: { kind: "no-member-serves" },
  controls: { selfHealing: null, recoveryOnly: { kind: "harmless", stopsAt: "start-once-more" } },
  membership: { voters: 3, clusterId: "changed", revisionMayGoBack: true },
  expected: {
    kind: "failed",
    findings: ["acknowledged-writes-kept", "loss-within-objective"],
    alsoPossible: ["nothing-resurrected"],
    because:
      "the database file lacks what was acknowledged last: that is in the member's log only, which the page throws away",
    story: "A copy of the database file is not a snapshot",
    corrected: {
      runbook: "corrected.md",
      membership: { voters: 3, clusterId: "kept", revisionMayGoBack: false },
    },
  },
};

/** Whichever version runs: the same injection, after which a version with the defect does not converge. */
const newerVersion: Drill = {
  ...DRILL,
  case: "newer-version",
  title: "etcd of a version without the defect is killed and started again after a member was removed",
  proves: `that members of this version apply the removal again and come back by themselves, with every acknowledged write, where those of ${WITH_DEFECT} panic`,
  system: etcd({ members: 3, flags: SNAPSHOTS_OFTEN }),
  fault: removedThenRestarted({ remove: "n3", othersPanic: false }),
  runbook: null,
  detection: { kind: "not-steady" },
  controls: {
    selfHealing: "the two members that are left start from their own data and are a majority of two",
    recoveryOnly: { kind: "not-applicable", because: "there is no page" },
  },
  membership: { voters: 2, clusterId: "kept", revisionMayGoBack: false },
  expected: { kind: "passed" },
};

const drills: readonly Drill[] = [databaseCopy, newerVersion];
export default drills;
