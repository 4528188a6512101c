/** Workload: recording clients that write and read during the drill. */
export { WORKLOAD_PREFIX } from "./keys.ts";
export { startWorkload, type Workload, type WorkloadOptions } from "./workload.ts";
export { startWatchers, type Watchers, type WatchersOptions } from "./watchers.ts";
export { lostWatches } from "./watcher-record.ts";
export { LEASE_OBJECT_PREFIX, startCandidates, type Candidates } from "./candidates.ts";
export { LEASE_PREFIX, startLeases, type LeaseHolders } from "./leases.ts";
