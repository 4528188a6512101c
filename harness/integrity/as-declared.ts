/**
 * Whether a run came out as its scenario declares: exactly the declared findings failed, the page stopped where it is declared to,
 * and whatever else is undecided is so because of them. Pure, and beside the true outcome, which it does not change.
 */
import { worstOutcome, type Outcome } from "../core/index.ts";
import type { ExpectedPlan } from "../ledger/index.ts";
import type { Gap } from "./gaps.ts";
import { leaveOpen } from "./left-open.ts";
import type { DeclaredResult, Finding } from "./result.ts";
import { didStop, stopFlaws } from "./stops-as-declared.ts";
import type { Reason } from "./verdict.ts";
import type { Stop } from "./where-stopped.ts";

/** What is known of the run. */
export interface JudgedRun {
  readonly findings: readonly Finding[];
  /** What keeps an undecided finding so; none where nobody can say. */
  readonly gapsOf: (finding: Finding) => readonly Gap[];
  /** Why the outcome is worse than the findings say; with any of them nothing is proven to be as declared. */
  readonly reasons: readonly Reason[];
  /** Where the page stopped. */
  readonly stop: Stop;
}

/**
 * Compares a run with the declared failure; null where a pass is declared.
 *
 * - `false`: another check failed, or one that is declared to fail passed, or the page stopped at another step.
 * - `null`: not decided. A page whose stop is not known may have stopped elsewhere, and a check that is undecided for a reason of its own may hide a failure that nobody declared.
 */
export function asDeclared(
  expected: ExpectedPlan,
  { findings, gapsOf, reasons, stop }: JudgedRun,
): DeclaredResult | null {
  if (expected.kind === "passed") return null;
  const isDeclared = ({ checkId }: Finding): boolean => expected.findings.includes(checkId);
  const mayFail = (one: Finding): boolean => isDeclared(one) || expected.alsoPossible.includes(one.checkId);
  const failed = findings.filter(({ outcome }) => outcome === "failed");
  const declaredFailures = failed.filter(mayFail);
  const isSound = reasons.length === 0;

  const undeclared = failed.filter((one) => !mayFail(one));
  const stale = isSound ? findings.filter((one) => isDeclared(one) && one.outcome === "passed") : [];
  const undecided = findings.filter((one) => !decides(one) && one.outcome !== "skipped");
  const leftOpen = undecided.filter(
    (one) => one.outcome === "inconclusive" && !isDeclared(one) && leaveOpen(declaredFailures, gapsOf(one)),
  );
  const unexplained = undecided.filter((one) => !leftOpen.includes(one));
  const elsewhere = isSound ? stopFlaws(expected, stop, findings) : { wrong: [], unknown: [] };
  const unproven = expected.findings.filter((id) => !findings.some((one) => one.checkId === id && decides(one)));

  const wrong = [
    ...undeclared.map((one) => `${one.checkId} failed, which is not declared: ${one.summary}`),
    ...stale.map((one) => `${one.checkId} is declared to fail, and passed: the declaration is stale.`),
    ...elsewhere.wrong,
  ];
  const unknown = [
    ...reasons.map(({ text }) => text),
    ...elsewhere.unknown,
    ...unexplained.map(
      (one) => `${one.checkId} is ${one.outcome}, and no declared failure explains that: ${one.summary}`,
    ),
    ...unproven
      .filter((id) => !unexplained.some((one) => one.checkId === id))
      .map((id) => `${id} is declared to fail, and was not judged.`),
  ];
  const { findings: declared, because, story } = expected;
  const verdict = wrong.length > 0 ? false : unknown.length > 0 ? null : true;
  return {
    findings: declared,
    because,
    story,
    asDeclared: verdict,
    countsAs:
      verdict === true
        ? "passed"
        : verdict === false
          ? "failed"
          : worstOutcome(["inconclusive", ...reasons.map(({ outcome }) => outcome), ...unexplained.map(outcomeOf)]),
    leftOpen: leftOpen.map(({ checkId }) => checkId),
    why: verdict === true ? [exactly(failed, stop)] : [...wrong, ...unknown],
  };
}

function decides({ outcome }: Finding): boolean {
  return outcome === "failed" || outcome === "passed";
}

/** A check that was skipped is not undecided, so it is not here. */
function outcomeOf({ outcome }: Finding): Outcome {
  return outcome === "skipped" ? "inconclusive" : outcome;
}

function exactly(failed: readonly Finding[], stop: Stop): string {
  const at = didStop(failed) && stop.known && stop.at !== null ? ` The page stops at ${stop.at.id}.` : "";
  return `Exactly what is declared failed: ${failed.map(({ checkId }) => checkId).join(", ")}.${at}`;
}
