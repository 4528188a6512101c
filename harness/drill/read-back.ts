/**
 * Read-back: what every member holds after the recovery. The workload is silent by now, so a fence written last comes after all
 * of it; a member that holds the fence itself is asked, alone, for every key, at the revision at which it holds it. One that numbers writes
 * otherwise than the others is so read as it is, and its number tells that it differs.
 */
import type { ReadBackPass } from "../ledger/index.ts";
import { hashValue, type ClusterNode, type Fence } from "../system/index.ts";
import { WORKLOAD_PREFIX } from "../workload/index.ts";
import { membersNow } from "./member-nodes.ts";
import { awaitEntry, type Stage } from "./stage.ts";

/** A member that lags has this long to come to the fence; then it is asked whether it holds it, and not read when it does not. */
const REACH_FENCE_WITHIN_MS = 10_000;

/** One page of a range; generous, since nothing else runs. */
const READ_TIMEOUT_MS = 10_000;

/** Reads every member back and records what it holds. What cannot be read is recorded as incomplete. */
export async function readBack(stage: Stage, pass: ReadBackPass): Promise<void> {
  const members = await membersNow(stage);
  const fence = await writeFence(stage, members, pass);
  if (fence === null) return;
  if (fence.revision === null) await awaitProbes(stage, members);
  for (const node of members) await readMember(stage, { pass, node: node.name, fence });
}

/** Writes the fence through the first member that acknowledges it. One attempt on each. */
async function writeFence(stage: Stage, members: readonly ClusterNode[], pass: ReadBackPass): Promise<Fence | null> {
  const { cluster, ledger, plan, run, settings } = stage;
  const reasons: string[] = [];
  const value = run.runId;
  for (const node of members) {
    await using client = cluster.openClient(node.name, { timeoutMs: settings.operationTimeoutMs });
    const key = `drillbook/fence/${pass}/${node.name}`;
    const { outcome, reason, revision } = await client.put(key, value);
    const isTold = revision !== null || plan.store.lacks.revisions !== undefined;
    if (outcome === "acknowledged" && isTold) {
      const written = { acknowledged: true, key, valueHash: hashValue(value), revision, reason: null };
      ledger.record({ kind: "fence", atMs: run.clock.nowMs(), pass, ...written });
      return { key, value, revision };
    }
    reasons.push(`${node.name}: ${reason ?? outcome}`);
  }
  const none = { acknowledged: false, key: null, valueHash: null, revision: null, reason: reasons.join("; ") };
  ledger.record({ kind: "fence", atMs: run.clock.nowMs(), pass, ...none });
  return null;
}

interface MemberReadBack {
  readonly pass: ReadBackPass;
  readonly node: string;
  readonly fence: Fence;
}

async function readMember(stage: Stage, { pass, node, fence }: MemberReadBack): Promise<void> {
  const { cluster, ledger, run } = stage;
  const end = { kind: "read-back-end", pass, node } as const;
  if (fence.revision !== null) await reachesRevision(stage, node, fence.revision);
  let keys = 0;
  const parts = cluster.held(node, { prefix: WORKLOAD_PREFIX, fence, timeoutMs: READ_TIMEOUT_MS });
  for (;;) {
    const part = await parts.next();
    if (part.done === true) {
      ledger.record({ ...end, atMs: run.clock.nowMs(), keys, ...part.value });
      return;
    }
    keys += part.value.length;
    ledger.record({ kind: "read-back", atMs: run.clock.nowMs(), pass, node, items: part.value });
  }
}

/** Waits until the member itself says that it has come to the revision, as the cluster probes tell; 10 s at most. */
export async function reachesRevision(stage: Stage, node: string, revision: string): Promise<boolean> {
  const wanted = BigInt(revision);
  return awaitEntry(stage, REACH_FENCE_WITHIN_MS, (entry) => {
    if (entry.kind !== "cluster-probe") return false;
    const reached = entry.views.find((view) => view.node === node)?.revision ?? null;
    return reached !== null && BigInt(reached) >= wanted;
  });
}

/**
 * Waits for one probe of each member and one look at the cluster, sent from now on. The stretch of the record that a read-back lies
 * in is judged by these, and a reading that need not wait for a revision may be over before the next of them.
 */
async function awaitProbes(stage: Stage, members: readonly ClusterNode[]): Promise<void> {
  const sinceMs = stage.run.clock.nowMs();
  const unheard = new Set<string>(["the cluster", ...members.map(({ name }) => name)]);
  await awaitEntry(stage, REACH_FENCE_WITHIN_MS, (entry) => {
    if (entry.kind !== "service-probe" && entry.kind !== "cluster-probe") return false;
    if (entry.sentAtMs >= sinceMs) unheard.delete(entry.kind === "service-probe" ? entry.node : "the cluster");
    return unheard.size === 0;
  });
}
