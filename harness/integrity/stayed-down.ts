/** Whether a cluster that must not come back by itself stayed down for long enough. */
import { formatMs } from "../core/index.ts";
import type { WaitingControlPlan } from "../ledger/index.ts";
import { inconclusive, passed, type Judged } from "./check.ts";
import type { Evidence } from "./evidence.ts";

/** The wait of the control; null when the run is none that waits. */
export function waitOf({ plan }: Evidence): WaitingControlPlan | null {
  return "waitMs" in plan.control ? plan.control : null;
}

/**
 * Passed when probes still stood bad at the end of a wait that was long enough; else it is not known. Asked only where
 * it did not converge.
 */
export function stayedDown(evidence: Evidence): Judged {
  const { recovery } = evidence;
  const wait = waitOf(evidence);
  const { watchedForMs, wrongAtEnd } = recovery;
  if (wait === null || watchedForMs === null || wrongAtEnd === null)
    return inconclusive("It is not known how long this control had to wait.");
  if (!recovery.waitEnded) return inconclusive("The wait was cut short.");
  if (watchedForMs < wait.waitMs) {
    return inconclusive(
      `It was watched for ${formatMs(watchedForMs, "down")} only; ${formatMs(wait.waitMs, "up")} are needed: ${wait.waitBecause}.`,
    );
  }
  if (wrongAtEnd.standing.length === 0) return inconclusive("No probe stood bad at the end of the wait.");
  return passed(
    `The cluster was still down ${formatMs(watchedForMs, "down")} after the injection; ${formatMs(wait.waitMs, "up")} had to be waited: ${wait.waitBecause}.`,
  );
}
