/** All virtual machines of a Kubernetes cluster of RKE are deleted; one host is built again from its backup, and the cluster grows from it. */
import { revisionOfDataFolder, type Drill } from "../../harness/drill/index.ts";
import { loseMachines } from "../../harness/fault/index.ts";
import { backedUpAndNew, noRoles, type RkeOptions } from "../../harness/system/index.ts";
import { ACCOUNTS, lossSince, rkeHosts } from "../rke-hosts.ts";

const allLost = (account: RkeOptions["account"]): Drill => ({
  id: "rke-all-vms-lost",
  case: account,
  title: "all virtual machines of an RKE cluster are deleted, and it is rebuilt from the backup of one host",
  proves:
    "that the folders of one host and the saved run commands of its containers, in their order, make a host from which the cluster grows again with all that the copy held",
  system: rkeHosts(account),
  fault: loseMachines({ targets: "all" }),
  runbook: "runbook.md",
  preparation: backedUpAndNew,
  // Nobody is left to say anything: what the preparation has bound is what is known.
  roles: noRoles,
  detection: { kind: "no-member-serves" },
  recoveryPoint: {
    kind: "backup-revision",
    description: "what the copy of one host's folders holds that was made while all was well",
    readRevision: revisionOfDataFolder("backup/machine/var/lib/etcd"),
  },
  objectives: {
    recoveryTimeMs: 600_000,
    ...lossSince("copy", account),
  },
  controls: {
    selfHealing: null,
    recoveryOnly: { kind: "harmless", stopsAt: "confirm-nobody-answers" },
  },
  membership: { voters: 3, clusterId: "kept", revisionMayGoBack: true },
  expected: { kind: "passed" },
});

const drills: readonly Drill[] = ACCOUNTS.map(allLost);
export default drills;
