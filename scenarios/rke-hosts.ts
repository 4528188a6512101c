/** The hosts that the drills of RKE begin with, and the commands that their pages expect on each. */
import { fileURLToPath } from "node:url";
import { rke, type RkeOptions, type System } from "../harness/system/index.ts";

const NODE_COMMANDS = Object.fromEntries(
  ["runlike", "restore-etcd-single.sh", "restore-etcd-single-sleeps.sh"].map((name) => [
    name,
    fileURLToPath(new URL(`../fixtures/rke/${name}`, import.meta.url)),
  ]),
);

/** What RKE puts before the paths of its folders on RancherOS and CoreOS. */
export const RANCHEROS_PREFIX = "/opt/rke";

/** Three hosts with etcd and a control plane, and four machines: three on which the cluster can grow, and a worker. */
export function rkeHosts(options: Pick<RkeOptions, "account" | "etcdImage" | "prefix">): System {
  return rke({ ...options, members: 3, spares: 4, nodeCommands: NODE_COMMANDS });
}

/** How old the copy or the snapshot of a page is at most when the machines are lost. */
const OLD_SECONDS = 20;

/** How many writes the page may lose, by the pace of the clients: those since its copy or snapshot. */
export function lossSince(
  what: "copy" | "snapshot",
  account: RkeOptions["account"],
): { readonly lostWrites: number; readonly lostWritesReason: string } {
  const { writesPerSecond = 0 } = rkeHosts({ account }).settings;
  return {
    lostWrites: OLD_SECONDS * writesPerSecond,
    lostWritesReason: `${writesPerSecond} writes a second since the ${what}, which is less than ${OLD_SECONDS} s old when the machines are lost`,
  };
}
