/** The hosts that the drills of RKE begin with, and the commands that their pages expect on each. */
import { fileURLToPath } from "node:url";
import { rke, type RkeOptions, type System } from "../harness/system/index.ts";

const commandOf = (name: string): string => fileURLToPath(new URL(`../fixtures/rke/${name}`, import.meta.url));

/** What the account of writes of such a drill is made of; each is a case. */
export const ACCOUNTS: readonly RkeOptions["account"][] = ["keys", "objects"];

/** Three hosts with etcd and a control plane, and three machines on which the cluster can grow. */
export function rkeHosts(account: RkeOptions["account"]): System {
  return rke({
    account,
    members: 3,
    spares: 3,
    nodeCommands: { runlike: commandOf("runlike"), "restore-etcd-single.sh": commandOf("restore-etcd-single.sh") },
  });
}
