/** Whether a cluster that must not come back by itself did not, for long enough. */
import { formatMs } from "../core/index.ts";
import { longestUnwatched, steadyWhileWaiting } from "../measure/index.ts";
import { inconclusive, passed, type Judged } from "./check.ts";
import type { Evidence } from "./evidence.ts";

/** Whether steady state was there for a whole hold at any time of the wait, also if it was gone again at its end. */
export function everConverged({ ledger, timeline }: Evidence): boolean {
  return timeline.steadyAgainSinceMs !== null || steadyWhileWaiting(ledger)?.heldOnce === true;
}

/**
 * Passed when probes still stood bad at the end of a wait that was long enough and that nobody looked away from; else it is
 * not known. Asked only where it did not converge.
 * @param sinceMs when the wait began that counts: what was done last to bring the cluster back, or the injection.
 */
export function stayedDown(evidence: Evidence, sinceMs: number): Judged {
  const { ledger, nodes, plan, recovery, timeline } = evidence;
  const { control } = plan;
  const { watchedForMs, wrongAtEnd } = recovery;
  if (!("waitMs" in control) || timeline.injectedAtMs === null || watchedForMs === null || wrongAtEnd === null)
    return inconclusive("It is not known how long this control had to wait.");
  if (!recovery.waitEnded) return inconclusive("The wait was cut short.");
  const endMs = timeline.injectedAtMs + watchedForMs;
  const waitedMs = endMs - sinceMs;
  const needed = `${formatMs(control.waitMs, "up")} are needed: ${control.waitBecause}`;
  if (waitedMs < control.waitMs)
    return inconclusive(`It was awaited for ${formatMs(waitedMs, "down")} only; ${needed}.`);
  const { longestMs } = longestUnwatched(ledger.entries, plan, {
    nodes,
    fromMs: timeline.injectedAtMs,
    untilMs: endMs,
  });
  // A cluster that is steady for a hold while nobody looks has converged unseen.
  if (longestMs > plan.holdForMs / 2)
    return inconclusive(`Nobody looked for ${formatMs(longestMs)}, in which it could have converged.`);
  if (wrongAtEnd.standing.length === 0) return inconclusive("No probe stood bad at the end of the wait.");
  return passed(`The cluster did not converge within ${formatMs(waitedMs, "down")}; ${needed}.`);
}
