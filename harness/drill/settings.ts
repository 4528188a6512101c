/** The numbers of a drill that are not its subject: defaults with their reasons, and what a scenario or the command line changes. */
import type { Drill, DrillSettings } from "./drill.ts";

/** The defaults. A scenario overrides single numbers. */
export const DEFAULT_SETTINGS: DrillSettings = {
  // Enough writes that a lost 5 ms shows, far below what three members on two cores can take (about 600 a second).
  writesPerSecond: 200,
  readsPerSecond: 50,
  // Ten turns of the schedule.
  lastWriteWithinMs: 50,
  // Two for each of three members: the loss of one connection does not silence a member.
  clients: 6,
  // Above every latency of a healthy member, below an etcd election, so that an outage is seen as one.
  operationTimeoutMs: 1000,
  // The width of what service probes say of the recovery time. Three members on two cores answered these 150 writes a second
  // beside 200 of the workload in 2 ms (median) and 8 ms (99 %), as the workload's own.
  serviceProbePeriodMs: 20,
  // Far above every latency of a healthy member (40 ms at most), below an etcd election (1 to 2 s by default), so that an
  // outage is seen as one. The fifty probes that hang at once at a dead member are streams of one connection.
  serviceProbeTimeoutMs: 1000,
  // Each costs four calls and a hash on every member.
  clusterProbePeriodMs: 250,
  clusterProbeTimeoutMs: 1000,
  steadyWithinMs: 30_000,
  // Some hundred writes that a backup must hold.
  beforePreparationMs: 2000,
  // The adequacy check looks at the 5 s before the injection.
  warmUpMs: 5500,
  injectionJitterMs: 1000,
  // Longer than etcd's own elections (1 to 2 s by default), so that a loss that heals by itself raises no alarm.
  unavailableForMs: 3000,
  detectWithinMs: 20_000,
  holdForMs: 5000,
  // etcd's by default, with an election time-out of 1 s (server/lease/lessor.go, minLeaseTTL).
  leastLeaseMs: 2000,
  // One that is left alone may live longer by an election time-out after a change of leader (1 s by default), and by half a second until
  // the leader looks (etcd, server/lease/lessor.go); the rest is for a slow machine.
  leaseSlackMs: 3000,
  // Only the reader knows how long their people take; none is made up.
  assumedReactionMs: null,
  convergeWithinMs: 30_000,
  restartWithinMs: 20_000,
};

/** The settings of one run: the defaults, what the system changes, what the scenario changes, what the command line changes. */
export function settingsOf(drill: Drill, overrides: Partial<DrillSettings> = {}): DrillSettings {
  const declared = { ...DEFAULT_SETTINGS, ...drill.system.settings, ...drill.settings };
  return { ...declared, lastWriteWithinMs: asManyTurns(declared, overrides), ...overrides };
}

/** How late the last write may be is so many turns of the schedule, and stays so many when fewer writes a second are asked for. */
function asManyTurns(
  { lastWriteWithinMs, writesPerSecond }: DrillSettings,
  { writesPerSecond: asked = writesPerSecond }: Partial<DrillSettings>,
): number {
  return asked < writesPerSecond ? (lastWriteWithinMs * writesPerSecond) / asked : lastWriteWithinMs;
}
