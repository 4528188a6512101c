/**
 * All virtual machines of a Kubernetes cluster of RKE are deleted, and nobody has a copy of one: there are a snapshot, what the platform has
 * kept of the cluster, and the commands of a host of another cluster of the same version.
 */
import { revisionOfSnapshot, type Drill } from "../../harness/drill/index.ts";
import { loseMachines } from "../../harness/fault/index.ts";
import { membersAndNew, noRoles, type RkeOptions } from "../../harness/system/index.ts";
import { ACCOUNTS, lossSince, rkeHosts } from "../rke-hosts.ts";

const allLost = (account: RkeOptions["account"]): Drill => ({
  id: "rke-all-vms-lost-unprepared",
  case: account,
  title: "all virtual machines of an RKE cluster are deleted, and it is rebuilt from a snapshot and the saved state",
  proves:
    "that the certificates in the saved state, the commands of another host with the names and addresses changed, and a snapshot make a host from which the cluster grows again",
  system: rkeHosts(account),
  fault: loseMachines({ targets: "all" }),
  runbook: "runbook.md",
  preparation: membersAndNew,
  // Nobody is left to say anything: what the preparation has bound is what is known.
  roles: noRoles,
  detection: { kind: "no-member-serves" },
  recoveryPoint: {
    kind: "backup-revision",
    description: "what the snapshot holds that was taken while all was well",
    readRevision: revisionOfSnapshot("backup/snapshot.db"),
  },
  objectives: {
    recoveryTimeMs: 600_000,
    ...lossSince("snapshot", account),
  },
  controls: {
    selfHealing: null,
    recoveryOnly: { kind: "harmless", stopsAt: "confirm-nobody-answers" },
  },
  membership: { voters: 3, clusterId: "changed", revisionMayGoBack: true },
  expected: { kind: "passed" },
});

const drills: readonly Drill[] = ACCOUNTS.map(allLost);
export default drills;
