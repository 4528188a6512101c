/**
 * All virtual machines of a Kubernetes cluster of RKE are deleted, and nobody has a copy of one: there are a snapshot, what the platform has
 * kept of the cluster, and the commands of a host of another cluster of the same version.
 */
import { revisionOfSnapshot, type Drill } from "../../harness/drill/index.ts";
import { loseMachines } from "../../harness/fault/index.ts";
import { membersAndNew, noRoles, type RkeOptions } from "../../harness/system/index.ts";
import { lossSince, RANCHEROS_PREFIX, rkeHosts } from "../rke-hosts.ts";

const CHOICES = {
  /** Where RKE keeps its folders: on most systems; on RancherOS; there, with the certificates where the vendor's page puts them. */
  folders: ["usual", "rancheros", "rancheros-as-written"],
} as const satisfies Drill["choices"];

interface Case extends Pick<Drill, "expected" | "proves"> {
  readonly name: string;
  readonly account: RkeOptions["account"];
  readonly folders: (typeof CHOICES.folders)[number];
}

const PASSES: Drill["expected"] = { kind: "passed" };

const REBUILDS =
  "that the certificates in the saved state, the commands of another host with the names and addresses changed, and a snapshot make a host from which the cluster grows again";
const REBUILDS_ON_RANCHEROS =
  "that the page rebuilds the cluster from a snapshot and the saved state where RKE keeps its folders below /opt/rke, too";

const CASES: readonly Case[] = [
  { name: "keys", account: "keys", folders: "usual", proves: REBUILDS, expected: PASSES },
  { name: "objects", account: "objects", folders: "usual", proves: REBUILDS, expected: PASSES },
  { name: "rancheros", account: "keys", folders: "rancheros", proves: REBUILDS_ON_RANCHEROS, expected: PASSES },
  {
    name: "rancheros-as-written",
    account: "keys",
    folders: "rancheros-as-written",
    proves:
      "that no member of etcd comes up on RancherOS when the certificates are put where the vendor's page says, and that the page stops there",
    expected: {
      kind: "failed",
      findings: ["every-step-ran", "converged", "every-member-writes"],
      stopsAt: ["restore-snapshot"],
      because:
        "no container has the folder into which the page puts the certificates, and etcd does not start without them",
      story: "One letter in a path",
      corrected: { runbook: "runbook.md", reading: { folders: "rancheros" }, proves: REBUILDS_ON_RANCHEROS },
    },
  },
];

const allLost = ({ account, expected, folders, name, proves }: Case): Drill => ({
  id: "rke-all-vms-lost-unprepared",
  case: name,
  title: "all virtual machines of an RKE cluster are deleted, and it is rebuilt from a snapshot and the saved state",
  proves,
  system: rkeHosts({ account, prefix: folders === "usual" ? "" : RANCHEROS_PREFIX }),
  choices: CHOICES,
  reading: { folders },
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
    recoveryTimeMs: 300_000,
    ...lossSince("snapshot", account),
  },
  controls: {
    selfHealing: null,
    recoveryOnly: { kind: "harmless", stopsAt: "confirm-nobody-answers" },
  },
  membership: { voters: 3, clusterId: "changed", revisionMayGoBack: true },
  expected,
});

const drills: readonly Drill[] = CASES.map(allLost);
export default drills;
