/** What the members say when they are asked one by one, and the roles of the page that follow from it (law 8). */
import { DrillError } from "../core/index.ts";
import type { MemberView } from "../ledger/index.ts";
import type { Subject } from "../runbook/index.ts";
import type { Cluster, RoleBinding } from "../system/index.ts";
import { bindRoles } from "./bind-roles.ts";
import { rolesOf } from "./course.ts";
import { recordRecoveryPoint } from "./recovery-point.ts";
import type { Stage } from "./stage.ts";
import { closeViewsOf, withHashes } from "./views.ts";

/** Looks at every node and binds the roles of the page's preparation, while all is well. */
export async function diagnoseForPreparation(stage: Stage): Promise<readonly RoleBinding[]> {
  const { drill, ledger, run } = stage;
  const views = await closeViewsOf(stage);
  ledger.record({ kind: "diagnosis", atMs: run.clock.nowMs(), part: "preparation", views });
  const bindings = drill.preparation === null ? [] : bindRoles(drill.preparation, views);
  for (const binding of bindings) {
    ledger.record({ kind: "role", atMs: run.clock.nowMs(), part: "preparation", ...binding });
  }
  return bindings;
}

/**
 * Looks at every node, binds the page's roles from what is seen, and records where the recovery point lies.
 * The injector's targets are not known here.
 * @param prepared the roles that the preparation has bound; they stay.
 * @param options `findsOutItself`: a step of the page names the cluster, and no other role is bound before it has.
 */
export async function diagnose(
  stage: Stage,
  prepared: readonly RoleBinding[],
  { findsOutItself }: { readonly findsOutItself: boolean },
): Promise<Subject> {
  const { cluster, drill } = stage;
  const views = await look(stage, cluster);
  const name = drill.takenForIll ?? cluster.name;
  const subject = findsOutItself
    ? { cluster, bindings: prepared }
    : name === cluster.name
      ? bindThere(stage, prepared, { cluster, views, because: null })
      : await pointAt(stage, prepared, { name, because: "the operator takes it for the ill one" });
  if (subject === null)
    throw new DrillError("harness", "diagnosis", `there is no cluster ${name} to take for the ill one`);
  await recordRecoveryPoint(stage, views, subject.bindings);
  return subject;
}

/** Looks at the cluster of this name and binds the page's roles there; null when there is none. */
export async function pointAt(
  stage: Stage,
  prepared: readonly RoleBinding[],
  { name, because }: { readonly name: string; readonly because: string },
): Promise<Subject | null> {
  const cluster = [stage.cluster, stage.cluster.bystander].find((one) => one?.name === name) ?? null;
  if (cluster === null) return null;
  return bindThere(stage, prepared, { cluster, views: await look(stage, cluster), because });
}

/** What the members of a cluster say, with hashes of their data, on record. */
async function look({ ledger, run, settings }: Stage, cluster: Cluster): Promise<readonly MemberView[]> {
  const asked = { cluster, settings };
  const views = await withHashes(asked, await closeViewsOf(asked));
  ledger.record({ kind: "diagnosis", atMs: run.clock.nowMs(), part: "recovery", views });
  return views;
}

interface Seen {
  readonly cluster: Cluster;
  readonly views: readonly MemberView[];
  /** Why the page is about this cluster; null where there is no choice. */
  readonly because: string | null;
}

function bindThere(
  { drill, ledger, plan, run }: Stage,
  prepared: readonly RoleBinding[],
  { cluster, views, because }: Seen,
): Subject {
  const found = bindRoles(rolesOf(drill, plan.control), views, prepared);
  const why = because === null ? "" : `, of the cluster ${cluster.name}: ${because}`;
  for (const one of found) {
    const binding = { ...one, because: one.because + why };
    ledger.record({ kind: "role", atMs: run.clock.nowMs(), part: "recovery", ...binding });
  }
  return { cluster, bindings: [...prepared, ...found] };
}
