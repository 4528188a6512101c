/**
 * The end of what clients held open across the fault. The workload is silent by now, so that what is still owed to them
 * can arrive. Not its business: whether it did.
 */
import type { Watchers } from "../workload/index.ts";
import type { Stage } from "./stage.ts";

/**
 * An open watch delivers within milliseconds; a member on a busy machine may be late by some hundred. Two seconds late is
 * silence, and the drill waits that long for the last write before it ends the watches.
 */
export const DELIVER_WITHIN_MS = 2000;

/** Beyond the time that the plan names: what was acknowledged last is owed too. */
const BEYOND_MS = 100;

/** Leaves the watches open until the last write must have been told, then ends them. */
export async function endWhatWasHeldOpen({ run }: Stage, watchers: Watchers): Promise<void> {
  await run.clock.sleep(DELIVER_WITHIN_MS + BEYOND_MS, run.signal);
  await watchers.stop();
}
