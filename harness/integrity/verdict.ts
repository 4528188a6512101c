/** From findings to the one outcome of the drill, with the laws that no scenario can switch off. */
import { worstOutcome, type Outcome } from "../core/index.ts";
import type { Evidence } from "./evidence.ts";
import { recordFlaws } from "./record-flaws.ts";
import { lacksOf } from "./store-lacks.ts";
import type { FaultProof, Finding } from "./result.ts";

/** Controls that inject no fault: they need no proof of one. */
const WITHOUT_FAULT: ReadonlySet<string> = new Set(["no-fault", "recovery-only"]);

/** Why an outcome is worse than the findings alone say. */
export interface Reason {
  readonly outcome: Outcome;
  readonly text: string;
}

/** The outcome, and why it is worse than the findings alone say. */
export interface Verdict {
  readonly outcome: Outcome;
  readonly reasons: readonly Reason[];
}

/** Merges findings, troubles and laws; the worst word counts. Skipped findings do not count, and without any it is inconclusive. */
export function verdict(evidence: Evidence, findings: readonly Finding[], proof: FaultProof): Verdict {
  const outcomes = findings.flatMap(({ outcome }) => (outcome === "skipped" ? [] : [outcome]));
  const reasons: Reason[] = evidence
    .all("trouble")
    .map(({ outcome, phase, message }) => ({ outcome, text: `${phase}: ${message}` }));
  const because = (outcome: Outcome, text: string): void => void reasons.push({ outcome, text });
  for (const flaw of recordFlaws(evidence.ledger.entries)) {
    because("broken", `The record is not that of one drill: ${flaw}.`);
  }
  for (const sentence of lacksOf(evidence.ledger).contradicted) because("broken", sentence);
  const seamAtMs = evidence.all("seam").find(({ event }) => event === "begins")?.atMs ?? null;
  if (seamAtMs !== (evidence.ledger.header.forkedFrom?.atMs ?? null)) {
    because("broken", "The record is not that of one drill: its header and its seam do not say the same of a fork.");
  }
  if (evidence.all("end").length === 0) {
    because("interrupted", "The record was cut short: the run did not come to its own end.");
  }
  if (outcomes.length === 0) because("inconclusive", "No check was applied: nothing passes by default.");
  if (proof !== "confirmed" && !WITHOUT_FAULT.has(evidence.plan.control.kind)) {
    because("inconclusive", "The fault was not confirmed: without that there is no pass.");
  }
  if (evidence.account.totals.acknowledged === 0) {
    because("inconclusive", "No write was acknowledged: nothing was at stake.");
  }
  return { outcome: worstOutcome([...outcomes, ...reasons.map(({ outcome }) => outcome)]), reasons };
}
