/** Writes the reports of one set of repeats into its folder. `repeats.json` is not written here: it is what they are made of. */
import type { RepeatsResult } from "../../integrity/index.ts";
import { writeReport } from "../write.ts";
import { renderRepeatsJunit } from "./junit.ts";
import { renderRepeatsSummary } from "./summary.ts";

/**
 * Writes junit.xml, summary.md and report.html.
 * @throws DrillError `environment` when a file cannot be written.
 */
export async function writeRepeatsReports(result: RepeatsResult, setDir: string): Promise<void> {
  await writeReport(setDir, "junit.xml", renderRepeatsJunit(result));
  await writeReport(setDir, "summary.md", renderRepeatsSummary(result));
  const { renderRepeatsPage } = await import("./page.ts");
  await writeReport(setDir, "report.html", renderRepeatsPage(result));
}
