/** Writes the reports of one run into its folder. `result.json` is not written here: it is what they are made of. */
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DrillError, messageOf } from "../core/index.ts";
import type { DrillResult } from "../integrity/index.ts";
import type { Ledger } from "../ledger/index.ts";
import { renderHtml } from "./html.ts";
import { renderJunit } from "./junit.ts";
import { renderSummary } from "./summary.ts";

export interface WriteReportsOptions {
  readonly ledger: Ledger;
  readonly result: DrillResult;
  /** The run's folder; made when it is not there. */
  readonly runDir: string;
}

/**
 * Writes junit.xml, summary.md and report.html, in this order: what a machine reads is there even if the page fails. Each is there
 * whole or not at all: half a JUnit file would be read by a CI system.
 * @throws DrillError `environment` when a file cannot be written.
 */
export async function writeReports({ ledger, result, runDir }: WriteReportsOptions): Promise<void> {
  await writeReport(runDir, "junit.xml", renderJunit(result));
  await writeReport(runDir, "summary.md", renderSummary(result));
  await writeReport(runDir, "report.html", await renderHtml(ledger, result));
}

/** Writes one report. */
export async function writeReport(runDir: string, name: string, content: string): Promise<void> {
  const path = join(runDir, name);
  const half = `${path}.${process.pid}.part`;
  try {
    await mkdir(runDir, { recursive: true });
    await writeFile(half, content);
    await rename(half, path);
  } catch (error) {
    // Where even that fails, the first error is the one to tell.
    await rm(half, { force: true }).catch(() => {});
    const message = `cannot write ${path}: ${messageOf(error)}. The ledger stands; make room and write the reports again with "drillbook report ${runDir}".`;
    throw new DrillError("environment", "report", message, { cause: error });
  }
}
