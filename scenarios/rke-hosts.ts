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

/** How old the copy or the snapshot of a page is at most when the machines are lost. */
const OLD_SECONDS = 40;

/** How many writes the page may lose, by the pace of the clients: those since its copy or snapshot. */
export function lossSince(
  what: "copy" | "snapshot",
  account: RkeOptions["account"],
): { readonly lostWrites: number; readonly lostWritesReason: string } {
  const { writesPerSecond = 0 } = rkeHosts(account).settings;
  return {
    lostWrites: OLD_SECONDS * writesPerSecond,
    lostWritesReason: `${writesPerSecond} writes a second since the ${what}, which is less than ${OLD_SECONDS} s old when the machines are lost`,
  };
}
