/** Check of the control `no-recovery`: without the page the cluster stays down. */
import { failed, inconclusive, passed, type Check } from "../check.ts";
import { howLongDown } from "../how-long-down.ts";
import { everConverged, stayedDown } from "../stayed-down.ts";

/** A cluster that heals by itself makes every page look good. */
export const didNotConvergeCheck: Check<"did-not-converge"> = {
  id: "did-not-converge",
  title: "Did not converge by itself",
  proves:
    "With the fault injected and nobody following the page, the cluster did not converge for at least as long as the recovery was seen to take.",
  source: {
    address: "https://principlesofchaos.org/",
    fact: "Without a control that leaves the procedure out, a cluster that heals by itself makes every procedure look good.",
  },
  judge: (evidence, { selfHealing }) => {
    const { all, recovery, timeline } = evidence;
    if (recovery.status === null) return inconclusive("No fault was injected.");
    if (all("runbook").some((one) => one.part === "recovery")) return inconclusive("Somebody began with the page.");
    const converged = everConverged(evidence);
    if (selfHealing === null) {
      return converged
        ? failed(`The cluster converged with nobody acting: ${howLongDown(recovery)}. The page cannot be credited.`)
        : stayedDown(evidence, timeline.injectedAtMs ?? 0);
    }
    if (converged) return passed(`It healed by itself, as declared (${selfHealing}): ${howLongDown(recovery)}.`);
    return recovery.waitEnded && (recovery.wrongAtEnd?.standing.length ?? 0) > 0
      ? failed(`It did not heal by itself, as the scenario declares (${selfHealing}).`, recovery.wrongAtEnd?.standing)
      : inconclusive("It is not known whether it would have healed by itself.");
  },
};
