/** Names of runs: sortable by time, telling which drill it was, unique among runs of the same second. */
import { randomBytes } from "node:crypto";

/** A new run id, e.g. `20261121T160501Z-etcd-quorum-loss-a1b2`. */
export function newRunId(
  drillId: string,
  now: Date = new Date(),
  suffix: string = randomBytes(2).toString("hex"),
): string {
  return `${stamp(now)}-${drillId}-${suffix}`;
}

/** A new id of a set of runs, e.g. `etcd-quorum-loss-repeats-20261121T160501Z-a1b2`: no run has such a name. */
export function newSetId(
  name: string,
  kind: "repeats" | "matrix",
  now: Date = new Date(),
  suffix: string = randomBytes(2).toString("hex"),
): string {
  return `${name}-${kind}-${stamp(now)}-${suffix}`;
}

/** A new id of the drills of one command, e.g. `suite-20261121T160501Z-a1b2`: no run has such a name. */
export function newSuiteId(now: Date = new Date(), suffix: string = randomBytes(2).toString("hex")): string {
  return `suite-${stamp(now)}-${suffix}`;
}

function stamp(now: Date): string {
  return now.toISOString().replace(/\.\d+/, "").replaceAll(/[-:]/g, "");
}

/** Whether a folder's name is one that `newRunId` makes. */
export function isRunId(name: string): boolean {
  return /^\d{8}T\d{6}Z-[a-z0-9]+([.-][a-z0-9]+)*-[0-9a-f]{4}$/.test(name);
}
