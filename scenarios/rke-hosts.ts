/** The hosts that the drills of RKE begin with, and the commands that their pages expect on each. */
import { fileURLToPath } from "node:url";
import { rke, type System } from "../harness/system/index.ts";

const commandOf = (name: string): string => fileURLToPath(new URL(`../fixtures/rke/${name}`, import.meta.url));

/** Three hosts with etcd and a control plane, and three machines on which the cluster can grow. */
export const RKE_HOSTS: System = rke({
  members: 3,
  spares: 3,
  nodeCommands: { runlike: commandOf("runlike"), "restore-etcd-single.sh": commandOf("restore-etcd-single.sh") },
});
