/** Writes the reports of several drills into their folder. `suite.json` is not written here: it is what they are made of. */
import type { SuiteResult } from "../../integrity/index.ts";
import { writeReport } from "../write.ts";
import { renderSuiteJunit } from "./junit.ts";
import { renderSuiteSummary } from "./summary.ts";

/**
 * Writes junit.xml, suite.md and report.html.
 * @throws DrillError `environment` when a file cannot be written.
 */
export async function writeSuiteReports(result: SuiteResult, dir: string): Promise<void> {
  await writeReport(dir, "junit.xml", renderSuiteJunit(result));
  await writeReport(dir, "suite.md", renderSuiteSummary(result));
  const { renderSuitePage } = await import("./page.ts");
  await writeReport(dir, "report.html", renderSuitePage(result));
}
