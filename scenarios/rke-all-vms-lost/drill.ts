/** All virtual machines of a Kubernetes cluster of RKE are deleted; one host is built again from its backup, and the cluster grows from it. */
import { revisionOfDataFolder, type Drill } from "../../harness/drill/index.ts";
import { loseMachines } from "../../harness/fault/index.ts";
import { backedUpAndNew, noRoles, type RkeOptions } from "../../harness/system/index.ts";
import { lossSince, RANCHEROS_PREFIX, rkeHosts } from "../rke-hosts.ts";

const CHOICES = {
  /** Where RKE keeps its folders: on most systems, or on RancherOS. */
  folders: ["usual", "rancheros"],
  /** The script that forces a new cluster: one that looks what has become of it, or an older one, that sleeps. */
  script: ["looks", "sleeps"],
  /** The name of etcd's image: that of today, or the one by which the older script knows it. */
  image: ["today", "former"],
} as const satisfies Drill["choices"];

/** One value of each choice. */
type Reading = { readonly [Choice in keyof typeof CHOICES]: (typeof CHOICES)[Choice][number] };

const USUAL: Reading = { folders: "usual", script: "looks", image: "today" };

interface Case extends Pick<Drill, "expected" | "proves"> {
  readonly name: string;
  readonly account: RkeOptions["account"];
  readonly reading: Reading;
}

const PASSES: Drill["expected"] = { kind: "passed" };

const REBUILDS =
  "that the folders of one host and the saved run commands of its containers, in their order, make a host from which the cluster grows again with all that the copied database held";

const CASES: readonly Case[] = [
  { name: "keys", account: "keys", reading: USUAL, proves: REBUILDS, expected: PASSES },
  { name: "objects", account: "objects", reading: USUAL, proves: REBUILDS, expected: PASSES },
  {
    name: "rancheros",
    account: "keys",
    reading: { ...USUAL, folders: "rancheros" },
    proves: "that the page rebuilds the cluster from one host where RKE keeps its folders below /opt/rke, too",
    expected: PASSES,
  },
  {
    name: "script-sleeps",
    account: "keys",
    reading: { ...USUAL, script: "sleeps", image: "former" },
    proves:
      "that the page rebuilds the cluster from one host by the older script, too, which sleeps for fixed times, as long as the image has the name that it knows",
    expected: PASSES,
  },
  {
    name: "script-sleeps-image-renamed",
    account: "keys",
    reading: { ...USUAL, script: "sleeps" },
    proves:
      "that the older script leaves no member at all and says that it made one where the image has another name than it knows, and that the page stops at its check of the members",
    expected: {
      kind: "failed",
      findings: ["every-step-ran", "converged", "every-member-writes"],
      stopsAt: ["check-list"],
      because:
        "the older script finds no image of the name that it knows, has no command left to run, and goes on: etcd's container is stopped and renamed, and there is none in its place",
      story: "A script that knows the image by its name leaves no member, and says that it made one",
      corrected: { runbook: "runbook.md", reading: USUAL, proves: REBUILDS },
    },
  },
];

function prefixOf(reading: Reading): "" | typeof RANCHEROS_PREFIX {
  return reading.folders === "rancheros" ? RANCHEROS_PREFIX : "";
}

const allLost = ({ account, expected, name, proves, reading }: Case): Drill => ({
  id: "rke-all-vms-lost",
  case: name,
  title: "all virtual machines of an RKE cluster are deleted, and it is rebuilt from the backup of one host",
  proves,
  system: rkeHosts({
    account,
    prefix: prefixOf(reading),
    etcdImage: reading.image === "former" ? "rancher/coreos-etcd" : "rancher/mirrored-coreos-etcd",
  }),
  choices: CHOICES,
  reading,
  fault: loseMachines({ targets: "all" }),
  runbook: "runbook.md",
  preparation: backedUpAndNew,
  // Nobody is left to say anything: what the preparation has bound is what is known.
  roles: noRoles,
  detection: { kind: "no-member-serves" },
  recoveryPoint: {
    kind: "backup-revision",
    description: "what the database in the copy of one host's folders holds that was made while all was well",
    readRevision: revisionOfDataFolder(`backup/machine${prefixOf(reading)}/var/lib/etcd`),
  },
  objectives: {
    recoveryTimeMs: 300_000,
    ...lossSince("copy", account),
  },
  controls: {
    selfHealing: null,
    recoveryOnly: { kind: "harmless", stopsAt: "confirm-nobody-answers" },
  },
  membership: { voters: 3, clusterId: "kept", revisionMayGoBack: true },
  expected,
});

const drills: readonly Drill[] = CASES.map(allLost);
export default drills;
