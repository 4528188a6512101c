/**
 * A member was removed, then the others are restarted: etcd 3.5.0 panics at every start ("unexpected removal of unknown remote
 * peer", etcd-io/etcd#13466). A vendor's page restores the database file of one member.
 */
import type { Drill } from "../../harness/drill/index.ts";
import { removedThenRestarted } from "../../harness/fault/index.ts";
import { etcd, nodesByName } from "../../harness/system/index.ts";

/** A version that has the defect, and one that has it no more and takes over the data of the other. */
const WITH_DEFECT = "3.5.0";
const WITHOUT_DEFECT = "3.6.14";

/**
 * The panic needs a snapshot of the raft log before the removal, and none between that and the restart. By default the first one
 * takes 100,000 writes; the drill writes some 3,000 before the fault.
 */
const SNAPSHOTS_OFTEN = ["--snapshot-count=1500"];

const common = {
  id: "etcd-unknown-remote-peer",
  preparation: null,
  roles: nodesByName,
  recoveryPoint: { kind: "everything", description: "the members hold every acknowledged write, though they panic" },
  objectives: { recoveryTimeMs: 120_000, lostWrites: 0, lostWritesReason: null },
} satisfies Partial<Drill>;

const databaseCopy: Drill = {
  ...common,
  case: "database-copy",
  title: "etcd 3.5.0 panics at every start after a member was removed, and is restored from a database file",
  proves: "that the database file of a stopped member is not all that it holds, and that a newer server loses nothing",
  system: etcd({ members: 3, version: WITH_DEFECT, serversAtHand: [WITHOUT_DEFECT], flags: SNAPSHOTS_OFTEN }),
  fault: removedThenRestarted({ remove: "n3", othersPanic: true }),
  runbook: "runbook.md",
  detection: { kind: "no-member-serves" },
  controls: {
    selfHealing: null,
    recoveryOnly: {
      kind: "not-applicable",
      because: "the page begins with starting a member that does not run, and stops where it does",
    },
  },
  membership: { voters: 3, clusterId: "changed", revisionMayGoBack: true },
  expected: {
    kind: "failed",
    findings: ["acknowledged-writes-kept", "loss-within-objective"],
    because:
      "the database file lacks what was acknowledged last: that is in the member's log only, which the page throws away",
    story: "A copy of the database file is not a snapshot",
    corrected: {
      runbook: "corrected.md",
      membership: { voters: 3, clusterId: "kept", revisionMayGoBack: false },
    },
  },
};

const newerVersion: Drill = {
  ...common,
  case: "newer-version",
  title: `etcd ${WITHOUT_DEFECT} is restarted after a member was removed`,
  proves: `that members of etcd ${WITHOUT_DEFECT} come back by themselves where those of ${WITH_DEFECT} panic`,
  system: etcd({ members: 3, version: WITHOUT_DEFECT, flags: SNAPSHOTS_OFTEN }),
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
