/** Live waiting for steady state, by the same rule that the judge applies to the ledger afterwards. */
import { DrillError, formatMs } from "../core/index.ts";
import { startingNodes, steadyTracker } from "../measure/index.ts";
import { placesOf } from "./member-nodes.ts";
import { awaitEntry, type Stage } from "./stage.ts";

/** What a wait for steady state came to. */
export interface SteadyWait {
  readonly steady: boolean;
  /** What was wrong at the end; empty when steady. */
  readonly wrong: readonly string[];
}

/**
 * Waits until steady state has held for `holdForMs`, counting only what was asked of the cluster from now on.
 * @param options `voters`: before the fault, where the page will promise another number; else as the plan says.
 * @returns what is wrong if it did not within `withinMs`.
 */
export async function awaitSteady(
  stage: Stage,
  options: { readonly withinMs: number; readonly holdForMs: number; readonly voters?: number },
): Promise<SteadyWait> {
  const { plan } = stage;
  const steadyState = { ...plan.steadyState, voters: options.voters ?? plan.steadyState.voters };
  const tracker = steadyTracker({ ...plan, steadyState, holdForMs: options.holdForMs }, placesOf(stage), {
    notBeforeMs: stage.run.clock.nowMs(),
  });
  const steady = await awaitEntry(stage, options.withinMs, (entry) => {
    tracker.observe(entry);
    // Only a probe can complete it; to look after each operation too would be most of the cost.
    return (entry.kind === "service-probe" || entry.kind === "cluster-probe") && tracker.status().holdComplete;
  });
  return { steady, wrong: steady ? [] : tracker.status().wrong };
}

/**
 * Steady state before the fault: without it there is nothing to break.
 * @throws DrillError `environment` when the cluster does not become steady.
 */
export async function assertSteadyBefore(stage: Stage): Promise<void> {
  const { settings } = stage;
  const wait = await awaitSteady(stage, {
    withinMs: settings.steadyWithinMs,
    holdForMs: STEADY_BEFORE_HOLD_MS,
    voters: startingNodes(placesOf(stage)).length,
  });
  if (wait.steady) return;
  throw new DrillError(
    "environment",
    "steady-state",
    `the new cluster did not become steady within ${formatMs(settings.steadyWithinMs)}: ${wait.wrong.join("; ")}. ` +
      "The members' logs are in the run's evidence/nodes folder.",
  );
}

/** Enough to see every member answer more than once; the full hold is for the recovery. */
const STEADY_BEFORE_HOLD_MS = 500;
