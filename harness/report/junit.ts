/**
 * `junit.xml` for CI systems: one suite for the drill, one case for its verdict and one for each check. Only `passed`
 * is green; a check that was not made is `skipped` with its reason; everything else is a failure or an error.
 */
import junitReportBuilder, { type Builder, type TestSuite } from "junit-report-builder";
import { DrillError } from "../core/index.ts";
import type { DrillResult, Finding } from "../integrity/index.ts";
import { declaredNote, outcomeWord, toldOutcome } from "./declared.ts";
import { visible, visibleLine } from "./visible.ts";
import {
  lostWrites,
  OUTCOME_MEANING,
  recoveryTimeExplained,
  pageSteps,
  stepDurationMs,
  worstFirst,
  writeAccount,
} from "./words.ts";

/** The drill as JUnit XML 1.0. Characters that XML forbids are shown as `\u{…}`. */
export function renderJunit(result: DrillResult): string {
  const report = newReport();
  const name = result.control === "none" ? result.drillId : `${result.drillId} (control ${result.control})`;
  const suite = report.testSuite().name(visibleLine(name)).timestamp(visibleLine(result.startedAt));
  const recoveryMs = result.measurements.recoveryTimeMs.high;
  if (recoveryMs !== null) suite.time(recoveryMs / 1000);
  for (const [key, value] of properties(result)) suite.property(visibleLine(key), visibleLine(value));

  const verdict: Verdict = {
    name: "verdict",
    outcome: toldOutcome(result, result),
    summary: `${outcomeWord(result)}: ${result.title}: recovery time ${recoveryTimeExplained(result)}; ${lostWrites(result.measurements.writes)}`,
    details: [declaredNote(result), ...result.notes].filter((one) => one !== null),
  };
  addCase(suite, name, verdict, recoveryMs);
  for (const finding of worstFirst(result.findings)) {
    addCase(suite, name, { ...finding, outcome: toldOutcome(result, finding), name: finding.checkId }, null);
  }
  return report.build();
}

/** A drill that was not run, as JUnit XML 1.0: one case that is skipped. */
export function renderSkipped(skipped: { readonly drillId: string; readonly because: string }): string {
  const report = newReport();
  const suite = report.testSuite().name(visibleLine(skipped.drillId));
  const verdict: Verdict = {
    name: "verdict",
    outcome: "skipped",
    summary: skipped.because,
    meaning: "The drill was not run: nothing is proven about the procedure.",
    details: [],
  };
  addCase(suite, skipped.drillId, verdict, null);
  return report.build();
}

/** An empty report. */
export function newReport(): Builder {
  // Its types speak of an ES module with a default export; what Node loads is a CommonJS module that is the builder itself.
  const loaded: unknown = junitReportBuilder;
  if (!isBuilder(loaded)) throw new DrillError("harness", "report", "junit-report-builder exports no builder");
  return loaded.newBuilder();
}

function isBuilder(value: unknown): value is Builder {
  return typeof value === "object" && value !== null && "newBuilder" in value;
}

/** What one case says. */
export interface Verdict extends Pick<Finding, "outcome" | "summary" | "details"> {
  readonly name: string;
  /** What its outcome means; the default is what it means of one run. */
  readonly meaning?: string;
}

/** Adds a case that is as green as its outcome. */
export function addCase(suite: TestSuite, className: string, verdict: Verdict, timeMs: number | null): void {
  const testCase = suite.testCase().className(visibleLine(className)).name(visibleLine(verdict.name));
  if (timeMs !== null) testCase.time(timeMs / 1000);
  const message = `${verdict.outcome}: ${visible(verdict.summary)}`;
  const text = characterData(
    [
      `${verdict.outcome}: ${verdict.summary}`,
      verdict.meaning ?? OUTCOME_MEANING[verdict.outcome],
      ...verdict.details,
    ].join("\n"),
  );
  switch (verdict.outcome) {
    case "passed":
      testCase.standardOutput(text);
      return;
    case "skipped":
      // The dialect's <skipped> cannot carry a message through the builder, so the reason stands in the output.
      testCase.skipped().standardOutput(text);
      return;
    case "failed":
      testCase.failure(message, verdict.outcome).stacktrace(text);
      return;
    default:
      testCase.error(message, verdict.outcome, text);
  }
}

/**
 * Text for a CDATA section. The builder's XML writer splits only the first `]]>` of it
 * (xmlbuilder 15, XMLStringifier.cdata), so the later ones are split here.
 */
function characterData(text: string): string {
  const [first = "", ...rest] = visible(text).split("]]>");
  return rest.length === 0 ? first : `${first}]]>${rest.join("]]]]><![CDATA[>")}`;
}

function properties(result: DrillResult): readonly (readonly [key: string, value: string])[] {
  const { low, high, censored } = result.measurements.recoveryTimeMs;
  return [
    ["runId", result.runId],
    ["outcome", result.outcome],
    ["control", result.control],
    ["seed", String(result.seed)],
    ["system", result.system],
    ["substrate", result.substrate],
    ["fault", result.fault.id],
    ["recoveryTimeMs.low", low === null ? "not known" : String(low)],
    ["recoveryTimeMs.high", high === null ? "not known" : String(high)],
    ["recoveryTimeMs.censored", String(censored)],
    ...writeAccount(result.measurements.writes).map(([label, value]): readonly [string, string] => [
      `writes: ${label}`,
      value,
    ]),
    ...pageSteps(result).map((step): readonly [string, string] => {
      const durationMs = stepDurationMs(step);
      return [`step ${step.id}: durationMs`, durationMs === null ? "not known" : String(durationMs)];
    }),
  ];
}
