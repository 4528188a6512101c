/** Check: there was something to break. */
import { formatMs } from "../../core/index.ts";
import { steadyBeforeFault } from "../../measure/index.ts";
import { broken, inconclusive, passed, type Check } from "../check.ts";

/** A cluster that was ill before the fault is the harness's or its environment's trouble (broken), not a failed recovery. */
export const steadyBeforeFaultCheck: Check<"steady-before-fault"> = {
  id: "steady-before-fault",
  title: "Steady before the fault",
  proves: "The cluster was whole and served writes through every member when the fault was injected.",
  source: {
    address: "https://principlesofchaos.org/",
    fact: "An experiment begins with a measurable steady state: without one there is nothing that the fault can be seen to have broken.",
  },
  judge: ({ ledger, timeline, plan }) => {
    if (timeline.injectedAtMs === null) return inconclusive("No fault was injected.");
    const { status, heldOnce } = steadyBeforeFault(ledger);
    if (!status.steady) {
      return status.sawBad
        ? broken("The cluster was not steady when the fault was injected.", status.wrong)
        : inconclusive("It is not known whether the cluster was steady when the fault was injected.", status.wrong);
    }
    return heldOnce
      ? passed(`The cluster had been steady for ${formatMs(plan.holdForMs)} or more before the injection.`)
      : inconclusive(
          `The cluster had not been steady for ${formatMs(plan.holdForMs)} before the injection.`,
          status.wrong,
        );
  },
};
