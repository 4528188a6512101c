/** What a fault sets off ends a member by itself, in the member's own time. */
import type { RunContext } from "../core/index.ts";
import type { ClusterNode } from "../system/index.ts";

/**
 * How long it is waited for. A damaged member ends within a second of its start; a removed one is told by the others, at the
 * latest when it asks them for their votes, one or two seconds after it has heard nothing; a busy machine takes many times that.
 */
export const ENDS_BY_ITSELF_WITHIN_MS = 15_000;

const LOOK_EVERY_MS = 100;

/**
 * Waits for its end, as the machine tells of it: the witness has a list of its own. Looks again and again instead of awaiting `exited`, so that an
 * interrupted run does not wait for it. @returns whether it has ended.
 */
export async function endsByItself(
  { machine, process }: ClusterNode,
  { clock, signal }: Pick<RunContext, "clock" | "signal">,
): Promise<boolean> {
  for (const untilMs = clock.nowMs() + ENDS_BY_ITSELF_WITHIN_MS; machine.isRunning(process);) {
    if (clock.nowMs() >= untilMs) return false;
    await clock.sleep(LOOK_EVERY_MS, signal);
  }
  return true;
}
