/** Check of the control `recovery-only`: what the page does to a healthy cluster is what the scenario says of it. */
import { worstOutcome } from "../../core/index.ts";
import type { CheckPlan } from "../../ledger/index.ts";
import { broken, failed, formatHighEnd, inconclusive, passed, type Check, type Judged } from "../check.ts";
import type { Evidence } from "../evidence.ts";

/**
 * Judges by the checks that the page is judged by, and compares. Harm that nobody declared is as wrong as declared harm
 * that does not occur: either way the reader of the page would be told something untrue.
 * @param apply applies one check (checks/index.ts, which this file must not import).
 */
export function harmAsDeclaredCheck(apply: (plan: CheckPlan, evidence: Evidence) => Judged): Check<"harm-as-declared"> {
  return {
    id: "harm-as-declared",
    title: "Harm as declared",
    proves: "The page, followed on a healthy cluster, does the harm that the scenario declares, and no other.",
    source: {
      address: "https://etcd.io/docs/v3.6/op-guide/recovery/",
      fact: "Recovery procedures such as a forced new cluster are meant for clusters that have lost their quorum, and harm those that have not.",
    },
    judge: (evidence, { declared, checks }) => {
      if (evidence.all("runbook").length === 0) return inconclusive("Nobody followed the page.");
      const judged = checks.map((plan) => ({ id: plan.id, ...apply(plan, evidence) }));
      const told = judged
        .filter(({ outcome }) => outcome !== "passed")
        .map(({ id, outcome, summary }) => `${id}: ${outcome}: ${summary}`);
      const harm = judged.filter(({ outcome }) => outcome === "failed").map(({ id }) => id);
      const expected = declared.kind === "harmful" ? declared.findings : [];
      const undeclared = harm.filter((id) => !expected.includes(id));
      if (undeclared.length > 0)
        return failed(`The page does harm that is not declared: ${undeclared.join(", ")}.`, told);
      const missing = expected.filter((id) => !harm.includes(id));
      const spared = missing.filter((id) => judged.some((one) => one.id === id && one.outcome === "passed"));
      if (spared.length > 0) return failed(`Declared harm did not occur: ${spared.join(", ")}.`, told);
      if (missing.length > 0)
        return inconclusive(`It is not known whether declared harm occurred: ${missing.join(", ")}.`, told);
      const rest = judged.flatMap(({ outcome }) =>
        outcome === "passed" || outcome === "failed" || outcome === "skipped" ? [] : [outcome],
      );
      if (rest.includes("broken")) return broken("The harness failed while the page was followed.", told);
      if (declared.kind === "harmless" && worstOutcome(["passed", ...rest]) !== "passed")
        return inconclusive("It is not known whether the page is harmless.", told);
      const cost = `${howFar(evidence)}${evidence.account.lost.length} acknowledged writes lost; ${formatHighEnd(evidence.recovery)}`;
      return declared.kind === "harmless"
        ? passed(`The page does a healthy cluster no harm (${cost}).`)
        : { ...passed(`The page harms a healthy cluster as declared (${harm.join(", ")}): ${cost}.`), details: told };
    },
  };
}

/** Where the page stopped, if it did. */
function howFar(evidence: Evidence): string {
  const stopped = evidence.all("step").find((step) => step.status !== "ran" || step.exitCode !== 0);
  return stopped === undefined ? "followed to its end; " : `the page stopped at its step ${stopped.id}; `;
}
