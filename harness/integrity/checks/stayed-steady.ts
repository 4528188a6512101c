/** Check of the control `no-fault`: where nothing is broken, nothing breaks. */
import { formatMs } from "../../core/index.ts";
import type { LedgerEntry } from "../../ledger/index.ts";
import { longestUnwatched } from "../../measure/index.ts";
import { broken, failed, inconclusive, passed, type Check } from "../check.ts";
import type { Evidence } from "../evidence.ts";

/** A cluster that falters with nothing done to it is shaken by the harness or the machine: then a drill proves nothing. */
export const stayedSteadyCheck: Check<"stayed-steady"> = {
  id: "stayed-steady",
  title: "Stayed steady",
  proves:
    "With no fault injected no probe was bad, a whole hold was seen, and no alert was raised, for as long as it was watched.",
  source: {
    address: "https://principlesofchaos.org/",
    fact: "An experiment compares with a control group: what falters without any fault cannot be put down to one.",
  },
  judge: (evidence) => {
    const { recovery, timeline } = evidence;
    const { status } = recovery;
    if (status === null || timeline.injectedAtMs === null)
      return inconclusive("The control did not come to its beginning.");
    const fault = evidence.all("fault").find((entry) => entry.targets.length > 0 || entry.fault !== "none");
    if (fault !== undefined) return broken(`A fault was injected: ${fault.fault} on ${fault.targets.join(", ")}.`);
    if (timeline.detectedAtMs !== null) return failed("An alert was raised although nothing was broken.");
    // The restarts that come later take members away: without its end the watch would run into them.
    if (!recovery.waitEnded && recovery.watched.some(comesLater)) {
      return inconclusive("It is not on record when the watch ended.");
    }
    if (status.sawBad || status.relapses > 0)
      return failed("The cluster did not stay steady although nothing was broken.", status.lastFlaws);
    if (timeline.firstFailureAtMs !== null)
      return (onlyWritesUnanswered(evidence) ? inconclusive : failed)(
        `An operation that was sent ${formatMs(timeline.firstFailureAtMs - timeline.injectedAtMs)} after the injection of nothing was not acknowledged.`,
      );
    if (!recovery.waitEnded || !status.holdComplete)
      return inconclusive("It was not watched for a whole hold.", status.wrong);
    const untilMs = timeline.injectedAtMs + (recovery.watchedForMs ?? 0);
    const { ledger, nodes, plan } = evidence;
    const { longestMs } = longestUnwatched(ledger.entries, plan, { nodes, fromMs: timeline.injectedAtMs, untilMs });
    if (longestMs > UNWATCHED_AT_MOST_MS)
      return inconclusive(`Nobody looked for ${formatMs(longestMs)}, in which it could have faltered.`);
    return passed(
      `Nothing was broken, no probe was bad, no operation failed, and no alert was raised; nobody looked away for more than ${formatMs(longestMs, "up")}.`,
    );
  },
};

/**
 * Whether nothing failed but writes whose answers nobody saw. That proves no harm (law 6); a read without an answer, a
 * refusal and a bad probe do.
 */
function onlyWritesUnanswered({ all, recovery, timeline }: Evidence): boolean {
  const fromMs = timeline.injectedAtMs ?? 0;
  const untilMs = fromMs + (recovery.watchedForMs ?? 0);
  const watched = ({ sentAtMs }: { readonly sentAtMs: number }): boolean => sentAtMs >= fromMs && sentAtMs <= untilMs;
  return (
    !all("service-probe").some((one) => watched(one) && one.ok === false) &&
    all("operation").every(
      (one) => !watched(one) || one.outcome === "acknowledged" || (one.op !== "get" && one.outcome === "unknown"),
    )
  );
}

/** Shorter than the time-out of a probe: what falters for so long only would not have been called a failure. */
const UNWATCHED_AT_MOST_MS = 1000;

/** What is on record only after the watch, as the drill goes on. */
function comesLater(entry: LedgerEntry): boolean {
  return (
    ["workload-stopped", "fence", "read-back", "read-back-end", "restart", "old-data"].includes(entry.kind) ||
    (entry.kind === "process" && entry.actor === "harness")
  );
}
