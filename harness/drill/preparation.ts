/**
 * The preparation: what a page has done while all is well, so that there is something to recover from, such as a backup.
 * Not its business: the recovery (recover.ts). Nothing here counts as part of one.
 */
import { DrillError, formatMs } from "../core/index.ts";
import { startingNodes } from "../measure/index.ts";
import { followRunbook, stepsOf, type Runbook } from "../runbook/index.ts";
import type { RoleBinding } from "../system/index.ts";
import { assertSteadyBefore, awaitSteady, type SteadyWait } from "./convergence.ts";
import { diagnoseForPreparation } from "./diagnosis.ts";
import { placesOf } from "./member-nodes.ts";
import { enterPhase, type Stage } from "./stage.ts";

/**
 * The warm-up of the workload, and the preparation of the page before it, where it has one. It is followed in every course of a drill: a page that is tried on a healthy cluster is prepared as
 * well. Then waits until the cluster is steady again, since the fault needs something to break.
 * @returns the roles that it bound, none for a page that prepares nothing; null when a step failed. Then there is nothing to
 * recover from, which is the page's doing and not a recovery that failed, so no fault may be injected.
 * @throws DrillError `environment` when the cluster does not become steady after it.
 */
export async function prepare(stage: Stage, runbook: Runbook | null): Promise<readonly RoleBinding[] | null> {
  const { cluster, ledger, run, settings } = stage;
  if (runbook === null || stepsOf(runbook, "preparation").length === 0) {
    // One that never was steady is for the judge to tell.
    await warmUp(stage);
    return [];
  }
  await run.clock.sleep(settings.beforePreparationMs, run.signal);
  enterPhase(stage, "preparation");
  // A member that was slow for a moment must not be taken for a machine without one.
  await assertSteadyBefore(stage);
  const bindings = await diagnoseForPreparation(stage);
  const { reading } = stage.plan;
  if (!(await followRunbook({ runbook, part: "preparation", reading, bindings, cluster, recorder: ledger, run })))
    return null;
  const wait = await warmUp(stage);
  if (wait.steady) return bindings;
  throw new DrillError(
    "environment",
    "preparation",
    `the cluster was not steady again within ${formatMs(settings.steadyWithinMs)} of the page's preparation: ${wait.wrong.join("; ")}`,
  );
}

/**
 * The warm-up, and for as long as it takes until the cluster has been steady for the hold: on a busy machine clients and members that
 * have just begun need seconds to find their pace, and what is broken then could not be told from it.
 */
async function warmUp(stage: Stage): Promise<SteadyWait> {
  const { run, settings } = stage;
  const [wait] = await Promise.all([
    awaitSteady(stage, {
      withinMs: settings.steadyWithinMs,
      holdForMs: settings.holdForMs,
      voters: startingNodes(placesOf(stage)).length,
    }),
    run.clock.sleep(settings.warmUpMs, run.signal),
  ]);
  return wait;
}
