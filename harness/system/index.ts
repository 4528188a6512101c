/** Systems: what is recovered, how it is asked, and the probes that watch it. */
export type * from "./cluster.ts";
export { goodAndBehind, type GoodBy } from "./dqlite/good-data.ts";
export { goodAndNew } from "./dqlite/good-and-new.ts";
export { laggingAndHealthy } from "./dqlite/lagging.ts";
export { dqlite, type DqliteOptions } from "./dqlite/dqlite.ts";
export { etcd, type EtcdOptions } from "./etcd/etcd.ts";
export { failedAndHealthy, leaderTakenForFailed } from "./etcd/failed-role.ts";
export {
  backedUpAndNew,
  leaderAndFollowers,
  leaderAndReplacements,
  membersAndNew,
  noRoles,
  survivorAndReplacements,
} from "./etcd/roles.ts";
export { leaderAndLost, spareMachines, survivorAndLost } from "./etcd/lost-roles.ts";
export type * from "./lease-objects.ts";
export { rke, type RkeOptions } from "./rke/rke.ts";
export { openStoreFolder, type OpenedFolder } from "./open-store-folder.ts";
export { nodesByName } from "./roles-by-name.ts";
export { startProbes, type ProbeOptions, type Probes } from "./probes.ts";
export { startServiceReads } from "./service-reads.ts";
export { hashValue } from "./value-hash.ts";
export type * from "./watches.ts";
