/** What a drill whose ground did not hold may say about the page: nothing. */
import type { CheckId, LedgerEntry } from "../ledger/index.ts";
import { recordFlaws } from "./record-flaws.ts";
import type { FaultProof, Finding, ObjectiveResult } from "./result.ts";

/**
 * The checks whose failure accuses the page. Those about lost, foreign or differing data are not among them: such data
 * is proven by the members' own words, whatever was broken before.
 */
const ACCUSES_THE_PAGE: ReadonlySet<CheckId> = new Set([
  "every-step-ran",
  "roles-bound",
  "converged",
  "membership-as-promised",
  "cluster-id-as-promised",
  "same-list-from-every-member",
  "no-learner",
  "no-alarm",
  "quota-as-promised",
  "every-member-writes",
  "no-recovery-flag",
  "no-fatal-log-line",
  "old-data-cannot-rejoin",
  "survives-rolling-restart",
  "leases-sane",
  "watches-told",
  "recovery-time-within-objective",
  "stayed-steady",
  "did-not-converge",
  "restart-does-not-suffice",
  "harm-as-declared",
] satisfies readonly CheckId[]);

/** What was judged, without accusations that have no ground. */
export interface Spared {
  readonly findings: readonly Finding[];
  readonly objectives: readonly ObjectiveResult[];
  /** Why accusations were taken back; empty when none was. */
  readonly notes: readonly string[];
}

/**
 * Takes back what accuses the page where the drill's own preconditions are broken: a page is not to blame for a cluster
 * that was ill before the fault, nor for a fault that is not the one it was written for. The words of each finding stay,
 * with the reason before its details.
 */
export function spareThePage(
  findings: readonly Finding[],
  objectives: readonly ObjectiveResult[],
  proof: FaultProof,
  entries: readonly LedgerEntry[],
): Spared {
  const ground = brokenGround(findings, proof, entries);
  const accuses = ({ checkId, outcome }: Finding): boolean => outcome === "failed" && ACCUSES_THE_PAGE.has(checkId);
  if (ground === null) return { findings, objectives, notes: [] };
  const accusing = findings.filter(accuses);
  return {
    findings: findings.map((finding) =>
      accuses(finding)
        ? { ...finding, outcome: "inconclusive", details: [`no proof against the page: ${ground}`, ...finding.details] }
        : finding,
    ),
    objectives: objectives.map((one) =>
      one.id === "recovery-time" && one.met === false ? { ...one, met: null } : one,
    ),
    notes:
      accusing.length === 0
        ? []
        : [`No proof against the page (${accusing.map((one) => one.checkId).join(", ")}): ${ground}.`],
  };
}

/** Why nothing may be held against the page; null when there is no such reason. */
function brokenGround(findings: readonly Finding[], proof: FaultProof, entries: readonly LedgerEntry[]): string | null {
  if (recordFlaws(entries).length > 0) return "its record is not that of one drill";
  if (entries.some((one) => one.kind === "trouble" && one.outcome === "broken"))
    return "the harness or its machine was in trouble meanwhile";
  if (findings.some((one) => one.checkId === "steady-before-fault" && one.outcome === "broken"))
    return "the cluster was not steady when the fault was injected";
  return proof === "mismatch" ? "the witness contradicts the injector" : null;
}
