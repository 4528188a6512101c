/** `junit.xml` of a set of repeats: one case for the set, one for each of its runs. Only `passed` is green. */
import type { RepeatsResult } from "../../integrity/index.ts";
import { addCase, newReport } from "../junit.ts";
import { visibleLine } from "../visible.ts";
import {
  countsOf,
  lossesOf,
  lostOf,
  objectiveOf,
  outcomesOf,
  SAYS,
  SET_MEANING,
  sureness,
  timeOf,
  whatRan,
} from "./words.ts";

/** The set as JUnit XML 1.0. */
export function renderRepeatsJunit(result: RepeatsResult): string {
  const report = newReport();
  const name = `${result.drillId} (repeats)`;
  const suite = report.testSuite().name(visibleLine(name)).timestamp(visibleLine(result.startedAt));
  suite.property("setId", visibleLine(result.setId)).property("outcome", result.outcome);
  const details = [outcomesOf(result), countsOf(result), sureness(result), lossesOf(result), ...result.notes];
  const summary = `${result.title}, ${whatRan(result)}: ${objectiveOf(result)}`;
  const meaning = SET_MEANING[result.outcome];
  addCase(suite, name, { name: "verdict", outcome: result.outcome, summary, details, meaning }, null);
  for (const run of result.runs) {
    const { index, seed, outcome, says, why, recoveryTimeMs } = run;
    addCase(
      suite,
      name,
      {
        name: `run ${index}, seed ${seed}`,
        outcome,
        summary: `recovery time ${timeOf(run)} (${SAYS[says]}); lost writes ${lostOf(run)}`,
        details: [...(why === null ? [] : [why]), `run ${run.runId ?? "without a record"}`],
      },
      recoveryTimeMs?.high ?? null,
    );
  }
  return report.build();
}
