/**
 * Where the declared recovery point lies: read at the diagnosis, before the page begins, and recorded.
 * Not its business: what is lost after it (integrity/account.ts).
 */
import { messageOf } from "../core/index.ts";
import type { MemberView, RecoveryPointEntry, RecoveryPointPlan } from "../ledger/index.ts";
import type { Cluster, RoleBinding } from "../system/index.ts";
import { WORKLOAD_PREFIX } from "../workload/index.ts";
import type { Stage } from "./stage.ts";

/** The recovery point as a scenario declares it. */
export type RecoveryPoint = AllOrNothing | SurvivorCommit | BackupRevision;

/** All that was acknowledged, or nothing of it. */
export interface AllOrNothing extends RecoveryPointPlan {
  readonly kind: "everything" | "nothing";
}

/** What the member in the role `survivor` had committed. */
export interface SurvivorCommit extends RecoveryPointPlan {
  readonly kind: "survivor-commit";
}

/** What a backup holds that was made before the diagnosis. */
export interface BackupRevision extends RecoveryPointPlan {
  readonly kind: "backup-revision";
  /**
   * Reads out of the backup itself up to which revision it holds everything (e.g. `etcdutl snapshot status`), and says
   * where that was seen. Null when the backup does not tell; what it throws is recorded as the reason why it is not known.
   */
  readonly readRevision: (cluster: Cluster, options: { readonly signal: AbortSignal }) => Promise<PointSeen>;
}

/** The revision of a recovery point and what was seen that led to it. */
export type PointSeen = Pick<RecoveryPointEntry, "revision" | "because"> & Partial<Pick<RecoveryPointEntry, "values">>;

/** Of a survivor that serves nothing else. */
const READ_SURVIVOR_TIMEOUT_MS = 5000;

/** Finds the recovery point and records it. An unknown one is recorded too: then no loss is excused. */
export async function recordRecoveryPoint(
  stage: Stage,
  views: readonly MemberView[],
  bindings: readonly RoleBinding[],
): Promise<void> {
  const { recoveryPoint } = stage.drill;
  const seen = await seek(stage, recoveryPoint, { views, bindings });
  stage.ledger.record({ kind: "recovery-point", atMs: stage.run.clock.nowMs(), values: null, ...seen });
}

async function seek(
  stage: Stage,
  point: RecoveryPoint,
  { views, bindings }: { readonly views: readonly MemberView[]; readonly bindings: readonly RoleBinding[] },
): Promise<PointSeen> {
  switch (point.kind) {
    case "everything":
      // Without a revision nothing lies beyond it.
      return { revision: null, because: "no acknowledged write may be lost" };
    case "nothing":
      return { revision: "0", because: "the page promises to keep nothing of before" };
    case "survivor-commit":
      return stage.plan.store.lacks.revisions === undefined
        ? survivorCommit(views, bindings)
        : survivorHolds(stage, bindings);
    case "backup-revision":
      return backupRevision(stage, point);
  }
}

/** The revision that the survivor serves from what it has committed and applied. */
function survivorCommit(views: readonly MemberView[], bindings: readonly RoleBinding[]): PointSeen {
  const survivor = bindings.find((binding) => binding.role === "survivor")?.node ?? null;
  const revision = views.find((view) => view.node === survivor)?.revision ?? null;
  const because =
    revision === null
      ? "no survivor told its revision"
      : `${survivor} had committed and applied up to this revision when it was diagnosed`;
  return { revision, because };
}

/** What the survivor itself holds, key by key: a write that it holds, or holds something later of, is within the point. */
async function survivorHolds({ cluster, ledger, run }: Stage, bindings: readonly RoleBinding[]): Promise<PointSeen> {
  const node = bindings.find((binding) => binding.role === "survivor")?.node ?? null;
  if (node === null) return { revision: null, because: "no survivor was found" };
  const parts = cluster.held(node, { prefix: WORKLOAD_PREFIX, fence: null, timeoutMs: READ_SURVIVOR_TIMEOUT_MS });
  let keys = 0;
  for (;;) {
    const part = await parts.next();
    if (part.done !== true) {
      keys += part.value.length;
      ledger.record({ kind: "recovery-point-held", atMs: run.clock.nowMs(), node, items: part.value });
    } else if (part.value.complete) {
      return { revision: null, values: { node, keys }, because: `${node} itself held this when it was diagnosed` };
    } else return { revision: null, because: `what ${node} holds could not be read: ${part.value.reason}` };
  }
}

async function backupRevision({ cluster, run }: Stage, { readRevision }: BackupRevision): Promise<PointSeen> {
  try {
    const { revision, because } = await readRevision(cluster, { signal: run.signal });
    return { revision, because };
  } catch (error) {
    run.signal.throwIfAborted();
    return { revision: null, because: `the backup could not be read: ${messageOf(error)}` };
  }
}
