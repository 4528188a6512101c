/** Check: steady state came back and held. */
import { formatMs } from "../../core/index.ts";
import { failed, inconclusive, passed, type Check } from "../check.ts";
import { pick } from "../evidence.ts";

/** A hold with fewer looks of the slower grid in it is an instant and no state. */
const LOOKS_IN_A_HOLD = 3;

/**
 * Failed only when probes saw the cluster unwell when the wait ended, or so shortly before that no hold fitted in: a bad
 * probe of long ago, after which nobody looked closely enough, is no proof, nor is silence or a wait that was cut short.
 */
export const convergedCheck: Check<"converged"> = {
  id: "converged",
  title: "Converged",
  proves: "After the page had last acted, steady state held without a break for the whole hold.",
  source: {
    address: "https://principlesofchaos.org/",
    fact: "A recovery is over when the same measurable steady state as before holds again, not when a command exits with 0.",
  },
  judge: ({ plan, recovery, timeline }) => {
    const { status, wrongAtEnd } = recovery;
    if (status === null || wrongAtEnd === null) return inconclusive("No fault was injected.");
    if (timeline.steadyAgainSinceMs !== null) {
      const leastMs = LOOKS_IN_A_HOLD * Math.max(plan.serviceProbe.periodMs, plan.clusterProbe.periodMs);
      if (plan.holdForMs < leastMs) {
        return inconclusive(
          `The hold of ${formatMs(plan.holdForMs)} is too short to prove anything: ${LOOKS_IN_A_HOLD} looks at the cluster need ${formatMs(leastMs)}.`,
        );
      }
      const relapses = recovery.relapses === 0 ? "" : ` after ${recovery.relapses} relapse(s)`;
      return passed(`Steady state held for ${formatMs(plan.holdForMs)}${relapses}.`);
    }
    const awaited = pick(recovery.watched, "phase").some((entry) => entry.phase === "convergence");
    if (!recovery.waitEnded || !awaited) return inconclusive("The wait for convergence was cut short.", status.wrong);
    if (wrongAtEnd.late.length > 0) {
      return failed(
        `Steady state did not hold for ${formatMs(plan.holdForMs)} while it was awaited.`,
        wrongAtEnd.standing.length > 0 ? wrongAtEnd.standing : wrongAtEnd.late,
      );
    }
    return inconclusive(
      status.sawBad
        ? "The probes saw nothing wrong towards the end of the wait, but not enough for a whole hold."
        : "The probes saw nothing wrong, but not enough for a whole hold.",
      status.wrong,
    );
  },
};
