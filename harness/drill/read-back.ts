/**
 * Read-back: what every member holds after the recovery. The workload is silent by now, so a fence written last has the
 * highest revision; once a member has reached it, that member alone is asked for every key at that revision.
 */
import type { ReadBackPass } from "../ledger/index.ts";
import type { ClusterNode } from "../system/index.ts";
import { WORKLOAD_PREFIX } from "../workload/index.ts";
import { membersNow } from "./member-nodes.ts";
import { awaitEntry, type Stage } from "./stage.ts";

/** A member that has not applied the fence after this long is read no further: its read-back is incomplete. */
const REACH_FENCE_WITHIN_MS = 10_000;

/** One page of a range; generous, since nothing else runs. */
const READ_TIMEOUT_MS = 10_000;

/** Reads every member back and records what it holds. What cannot be read is recorded as incomplete. */
export async function readBack(stage: Stage, pass: ReadBackPass): Promise<void> {
  const members = await membersNow(stage);
  const revision = await writeFence(stage, members, pass);
  if (revision === null) return;
  for (const node of members) {
    await readMember(stage, { pass, node: node.name, revision });
  }
}

/** Writes the fence through the first member that acknowledges it. One attempt on each. */
async function writeFence(stage: Stage, members: readonly ClusterNode[], pass: ReadBackPass): Promise<string | null> {
  const { cluster, ledger, run, settings } = stage;
  const reasons: string[] = [];
  for (const node of members) {
    await using client = cluster.openClient(node.name, { timeoutMs: settings.operationTimeoutMs });
    const attempt = await client.put(`drillbook/fence/${pass}/${node.name}`, run.runId);
    if (attempt.outcome === "acknowledged" && attempt.revision !== null) {
      ledger.record({ kind: "fence", atMs: run.clock.nowMs(), pass, revision: attempt.revision, reason: null });
      return attempt.revision;
    }
    reasons.push(`${node.name}: ${attempt.reason ?? attempt.outcome}`);
  }
  ledger.record({ kind: "fence", atMs: run.clock.nowMs(), pass, revision: null, reason: reasons.join("; ") });
  return null;
}

interface MemberReadBack {
  readonly pass: ReadBackPass;
  readonly node: string;
  readonly revision: string;
}

async function readMember(stage: Stage, { pass, node, revision }: MemberReadBack): Promise<void> {
  const { cluster, ledger, run } = stage;
  const end = { kind: "read-back-end", pass, node } as const;
  if (!(await reachesRevision(stage, node, revision))) {
    const reason = `did not reach revision ${revision} within ${REACH_FENCE_WITHIN_MS} ms`;
    ledger.record({
      ...end,
      atMs: run.clock.nowMs(),
      revision: null,
      keys: 0,
      complete: false,
      reason,
      stateHash: null,
    });
    return;
  }
  let keys = 0;
  const parts = cluster.held(node, { prefix: WORKLOAD_PREFIX, revision, timeoutMs: READ_TIMEOUT_MS });
  for (;;) {
    const part = await parts.next();
    if (part.done === true) {
      ledger.record({ ...end, atMs: run.clock.nowMs(), revision, keys, ...part.value });
      return;
    }
    keys += part.value.length;
    ledger.record({ kind: "read-back", atMs: run.clock.nowMs(), pass, node, items: part.value });
  }
}

/** Waits until the member itself says that it has applied the fence, as the cluster probes tell. */
export async function reachesRevision(stage: Stage, node: string, revision: string): Promise<boolean> {
  const wanted = BigInt(revision);
  return awaitEntry(stage, REACH_FENCE_WITHIN_MS, (entry) => {
    if (entry.kind !== "cluster-probe") return false;
    const reached = entry.views.find((view) => view.node === node)?.revision ?? null;
    return reached !== null && BigInt(reached) >= wanted;
  });
}
