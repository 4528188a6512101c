/** `junit.xml` of several drills: one suite, one case a drill. Only `passed` is green. */
import type { SuiteResult } from "../../integrity/index.ts";
import { addCase, newReport } from "../junit.ts";
import { visibleLine } from "../visible.ts";
import { lossesOf, RUN_AS, timesOf } from "./words.ts";

const SUITE_NAME = "drillbook";

/** The suite as JUnit XML 1.0. */
export function renderSuiteJunit(result: SuiteResult): string {
  const report = newReport();
  const suite = report.testSuite().name(SUITE_NAME);
  suite.property("outcome", result.outcome);
  for (const { suiteId, seeds } of result.parts)
    suite.property(visibleLine(suiteId), `${seeds.length === 1 ? "seed" : "seeds"} ${seeds.join(", ")}`);
  const verdict = {
    name: "verdict",
    outcome: result.outcome,
    summary: `${result.drills.length} of ${result.selected.length} drills have a verdict`,
    details: result.because,
  };
  addCase(suite, SUITE_NAME, verdict, null);
  for (const drill of result.drills) {
    const summary = `recovery time ${timesOf(drill)}; lost writes ${lossesOf(drill)}`;
    const details = [
      ...(RUN_AS[drill.kind] === "" ? [] : [RUN_AS[drill.kind]]),
      ...drill.says,
      `proves ${drill.proves}`,
    ];
    const { drillId: name, outcome } = drill;
    addCase(suite, SUITE_NAME, { name, outcome, summary, details }, drill.runs[0]?.recoveryTimeMs.high ?? null);
  }
  for (const { drillId: name, because: summary } of result.skipped)
    addCase(suite, SUITE_NAME, { name, outcome: "skipped", summary, details: [] }, null);
  return report.build();
}
