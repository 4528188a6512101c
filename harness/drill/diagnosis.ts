/** What the members say when they are asked one by one, and the roles of the page that follow from it (law 8). */
import type { RoleBinding } from "../system/index.ts";
import { bindRoles } from "./bind-roles.ts";
import { rolesOf } from "./course.ts";
import { recordRecoveryPoint } from "./recovery-point.ts";
import type { Stage } from "./stage.ts";
import { viewsOf, withHashes } from "./views.ts";

/** Looks at every node and binds the roles of the page's preparation, while all is well. */
export async function diagnoseForPreparation(stage: Stage): Promise<readonly RoleBinding[]> {
  const { drill, ledger, run } = stage;
  const views = await viewsOf(stage);
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
 */
export async function diagnose(stage: Stage, prepared: readonly RoleBinding[]): Promise<readonly RoleBinding[]> {
  const { drill, ledger, plan, run } = stage;
  const views = await withHashes(stage, await viewsOf(stage));
  ledger.record({ kind: "diagnosis", atMs: run.clock.nowMs(), part: "recovery", views });
  const found = bindRoles(rolesOf(drill, plan.control), views);
  for (const binding of found) ledger.record({ kind: "role", atMs: run.clock.nowMs(), part: "recovery", ...binding });
  const bindings = [...prepared, ...found];
  await recordRecoveryPoint(stage, views, bindings);
  return bindings;
}
