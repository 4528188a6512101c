/**
 * The end of what clients held open across the fault. The workload is silent by now, so that what is still owed to them
 * can arrive. Not its business: whether it did.
 */
import type { Candidates, LeaseHolders, Watchers } from "../workload/index.ts";
import { lookAtLeaseObjects } from "./look-at-lease-objects.ts";
import { lookAtLeases } from "./look-at-leases.ts";
import { enterPhase, type Stage } from "./stage.ts";

/**
 * An open watch delivers within milliseconds; a member on a busy machine may be late by some hundred. Two seconds late is
 * silence, and the drill waits that long for the last write before it ends the watches.
 */
export const DELIVER_WITHIN_MS = 2000;

/** Beyond the time that the plan names: what was acknowledged last is owed too. */
const BEYOND_MS = 100;

/** What clients hold open. */
export interface HeldOpen {
  readonly watchers: Watchers;
  readonly leases: LeaseHolders;
  readonly candidates: Candidates;
}

/**
 * Leaves the watches open until the last write must have been told, looks at the leases meanwhile, then ends both.
 * @param steady whether the cluster is; of one that is not, leases are not looked at: whether they end is not known there.
 */
export async function endWhatWasHeldOpen(
  stage: Stage,
  { candidates, leases, watchers }: HeldOpen,
  steady: boolean,
): Promise<void> {
  const { run } = stage;
  enterPhase(stage, "held-open");
  await Promise.all([
    run.clock.sleep(DELIVER_WITHIN_MS + BEYOND_MS, run.signal),
    steady ? lookAtLeases(stage, leases) : undefined,
    steady ? lookAtLeaseObjects(stage, candidates) : undefined,
  ]);
  await watchers.stop();
  await leases.stop();
  await candidates.stop();
}
