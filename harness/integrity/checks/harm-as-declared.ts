/** Check of the control `recovery-only`: what the page does to a healthy cluster is what the scenario says of it. */
import type { CheckId, CheckPlan } from "../../ledger/index.ts";
import { broken, failed, inconclusive, passed, type Check, type Judged } from "../check.ts";
import { howLongDown } from "../how-long-down.ts";
import type { Evidence } from "../evidence.ts";
import type { Finding } from "../result.ts";
import { couldNotRun, whereStopped } from "../where-stopped.ts";

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
      const stop = stopOf(evidence);
      if (typeof stop !== "string" && stop !== null) return stop;
      const judged = checks.map((plan) => ({ id: plan.id, ...apply(plan, evidence) }));
      const told = judged
        .filter(({ outcome }) => outcome !== "passed")
        .map(({ id, outcome, summary }) => `${id}: ${outcome}: ${summary}`);
      const harm = harmOf(judged, evidence);
      const expected = declared.kind === "harmful" ? declared.findings : [];
      const undeclared = harm.filter((id) => !expected.includes(id));
      if (undeclared.length > 0)
        return failed(`The page does harm that is not declared: ${undeclared.join(", ")}.`, told);
      if (stop !== declared.stopsAt)
        return failed(`The page ${howFar(stop)}, and the scenario says that it ${howFar(declared.stopsAt)}.`, told);
      const missing = expected.filter((id) => !harm.includes(id));
      const notKnown = evidence.account.totals.unknown > 0 ? RESTS_ON_ANSWERS : NONE;
      const spared = missing.filter(
        (id) => !notKnown.has(id) && judged.some((one) => one.id === id && one.outcome === "passed"),
      );
      if (spared.length > 0) return failed(`Declared harm did not occur: ${spared.join(", ")}.`, told);
      const open = judged.filter(
        ({ outcome }) => outcome !== "passed" && outcome !== "failed" && outcome !== "skipped",
      );
      if (open.some(({ outcome }) => outcome === "broken"))
        return broken("The harness failed while the page was followed.", told);
      const unproven = missing.filter((id) => judged.some((one) => one.id === id && one.outcome === "passed"));
      if (unproven.length > 0)
        return inconclusive(`It is not known whether declared harm occurred: ${unproven.join(", ")}.`, told);
      if (open.length > 0)
        return inconclusive(`It is not known what else the page does: ${open.map(({ id }) => id).join(", ")}.`, told);
      const cost = `it ${howFar(stop)}; ${evidence.account.lost.length} acknowledged writes lost; ${howLongDown(evidence.recovery)}`;
      return declared.kind === "harmless"
        ? passed(`The page does a healthy cluster no harm: ${cost}.`)
        : { ...passed(`The page harms a healthy cluster as declared (${harm.join(", ")}): ${cost}.`), details: told };
    },
  };
}

/**
 * What these find in an acknowledged write they would not find had its answer not been seen. With any write of unknown
 * outcome on record a pass of them does not prove that there was no such harm (law 6).
 */
const RESTS_ON_ANSWERS: ReadonlySet<CheckId> = new Set([
  "acknowledged-writes-kept",
  "loss-within-objective",
  "nothing-resurrected",
  "nothing-duplicated",
  "linearizable",
  "watches-told",
  "revision-not-back",
]);
const NONE: ReadonlySet<CheckId> = new Set();

/** The checks that the page fails. A healthy cluster needs no recovery point: each lost write is harm, whatever a disaster would excuse. */
function harmOf(
  judged: readonly { readonly id: CheckId; readonly outcome: Finding["outcome"] }[],
  { account }: Evidence,
): readonly CheckId[] {
  const harm = judged.filter(({ outcome }) => outcome === "failed").map(({ id }) => id);
  const lost: CheckId = "acknowledged-writes-kept";
  return account.lost.length > 0 && !harm.includes(lost) ? [...harm, lost] : harm;
}

/**
 * The step at which the page stopped by its own decision, null when it was followed to its end; or why that is not known. A
 * step whose command was not found, or whose time was over, has decided nothing.
 */
function stopOf(evidence: Evidence): string | null | Judged {
  const stop = whereStopped(evidence);
  if (!stop.known) return inconclusive(stop.because);
  if (stop.at === null) return null;
  const { exitCode, id, status } = stop.at;
  if (status === "ran" && !couldNotRun(stop.at)) return id;
  return inconclusive(`The page's step ${id} did not come to a decision: ${status}, exit ${exitCode}.`);
}

/** How far the page was followed. */
function howFar(stop: string | null): string {
  return stop === null ? "was followed to its end" : `stopped at its step ${stop}`;
}
