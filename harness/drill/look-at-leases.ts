/**
 * The look at the leases after the recovery: until those that were left alone are gone, or should be; then what each
 * member itself holds of leases and of their keys, at one revision. Not its business: whether that is right.
 */
import type { ClusterNode, Fence } from "../system/index.ts";
import { LEASE_PREFIX, type LeaseHolders } from "../workload/index.ts";
import { membersNow } from "./member-nodes.ts";
import { reachesRevision } from "./read-back.ts";
import { awaitEntry, type Stage } from "./stage.ts";

const LOOK_EVERY_MS = 500;

/** Some periods of the cluster probes. */
const SEE_LEADER_WITHIN_MS = 5000;

/** Looks, bounded; a store whose leases end as they should keeps it for two or three seconds. */
export async function lookAtLeases(stage: Stage, leases: LeaseHolders): Promise<void> {
  const { cluster, run, settings } = stage;
  if (cluster.openLeaseClient === null) return;
  await leases.stopAbandoning();
  // And one look more.
  const untilMs = run.clock.nowMs() + settings.leastLeaseMs + settings.leaseSlackMs + LOOK_EVERY_MS;
  while ((await leases.lookAtAbandoned()) > 0 && run.clock.nowMs() < untilMs) {
    await run.clock.sleep(LOOK_EVERY_MS, run.signal);
  }
  const fencedAtMs = run.clock.nowMs();
  const members = await membersNow(stage);
  const fence = await fenceNow(stage, members);
  for (const { name } of members) await recordState(stage, { node: name, fencedAtMs, fence });
  // Who led when it was looked at: before the rolling restart takes the leader away.
  await awaitEntry(stage, SEE_LEADER_WITHIN_MS, (one) => one.kind === "cluster-probe" && one.sentAtMs >= fencedAtMs);
}

/** A fence whose revision is known. */
type FenceAt = Fence & { readonly revision: string };

/** A write that is made now; null when nobody acknowledges one at a revision. */
async function fenceNow({ cluster, run, settings }: Stage, members: readonly ClusterNode[]): Promise<FenceAt | null> {
  for (const { name } of members) {
    await using client = cluster.openClient(name, { timeoutMs: settings.operationTimeoutMs });
    const [key, value] = [`drillbook/fence/leases/${name}`, run.runId];
    const { outcome, revision } = await client.put(key, value);
    if (outcome === "acknowledged") return revision === null ? null : { key, value, revision };
  }
  return null;
}

interface Fenced {
  readonly node: string;
  /** Before the write at whose revision it is looked was sent: what had ended by then has ended at that revision. */
  readonly fencedAtMs: number;
  readonly fence: FenceAt | null;
}

/** A member that does not get to the revision may lag: what it holds says nothing, and it is not asked. */
async function recordState(stage: Stage, { node, fencedAtMs, fence }: Fenced): Promise<void> {
  const { cluster, ledger, run, settings } = stage;
  const state = { kind: "lease-state", sentAtMs: fencedAtMs, node } as const;
  if (fence === null || !(await reachesRevision(stage, node, fence.revision))) {
    const reason = fence === null ? "no write was acknowledged" : `it did not reach revision ${fence.revision}`;
    ledger.record({ ...state, atMs: run.clock.nowMs(), revision: null, keys: null, leases: null, reason });
    return;
  }
  const { keys, revision } = await keysAt(stage, node, fence);
  await using client = cluster.openLeaseClient?.(node, { timeoutMs: settings.operationTimeoutMs });
  const leases = (await client?.known()) ?? null;
  const reason = keys === null ? "its keys could not be read" : leases === null ? "it did not tell its leases" : null;
  ledger.record({ ...state, atMs: run.clock.nowMs(), revision, keys, leases, reason });
}

async function keysAt(
  { cluster, settings }: Stage,
  node: string,
  fence: Fence,
): Promise<{ readonly keys: readonly string[] | null; readonly revision: string | null }> {
  const parts = cluster.held(node, { prefix: LEASE_PREFIX, fence, timeoutMs: settings.operationTimeoutMs });
  const keys: string[] = [];
  for (;;) {
    const part = await parts.next();
    if (part.done === true) return { keys: part.value.complete ? keys : null, revision: part.value.revision };
    keys.push(...part.value.map((one) => one.key));
  }
}
