/** `judge` and `report`: a stored run judged again, from its ledger alone. Needs no scenario, no program and no cluster. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { exitCodeOf, messageOf } from "../core/index.ts";
import { renderVerdict } from "../report/index.ts";
import { judgeRun, writeAllReports, writeResult, type Judged } from "./conclude.ts";
import { printableLines } from "./printable.ts";
import { storedRunFolder, storedSetFolder } from "./run-folder.ts";
import { shownFolder, wantsColor, writeText, type Terminal } from "./terminal.ts";

/**
 * Judges a stored run or set of repeats, writes its result.json and shows the verdict.
 * @returns the exit code of the verdict. A folder that cannot be written (an archive) takes nothing from it: that is said beside it.
 * @throws DrillError when there is no ledger or it cannot be read.
 */
export async function judgeAgain(
  path: string,
  options: { readonly json: boolean },
  terminal: Terminal,
): Promise<number> {
  const setDir = storedSetFolder(path, terminal.cwd);
  if (setDir !== null) return (await import("./stored-set.ts")).judgeSetAgain(setDir, options, terminal);
  const runDir = storedRunFolder(path, terminal.cwd);
  const judged = await judgeRun(runDir);
  try {
    writeResult(runDir, judged);
  } catch (error) {
    terminal.stderr.write(`${printableLines(messageOf(error))}\nThe verdict stands; only the file is as it was.\n`);
  }
  await showVerdict(judged, runDir, options.json ? terminal.stderr : terminal.stdout, terminal);
  if (options.json) await writeText(terminal.stdout, judged.resultText);
  return exitCodeOf(judged.result.outcome);
}

/**
 * Writes the result and all reports of a stored run or set of repeats again.
 * @returns 0 when they are written, whatever the verdict.
 * @throws DrillError when there is no ledger, it cannot be read, or the reports cannot be written.
 */
export async function reportAgain(path: string, terminal: Terminal): Promise<number> {
  const setDir = storedSetFolder(path, terminal.cwd);
  if (setDir !== null) return (await import("./stored-set.ts")).reportSetAgain(setDir, terminal);
  const runDir = storedRunFolder(path, terminal.cwd);
  const judged = await judgeRun(runDir);
  writeResult(runDir, judged);
  await writeAllReports(runDir, judged);
  await showVerdict(judged, runDir, terminal.stdout, terminal);
  return 0;
}

/** Shows the short verdict of a run. */
export async function showVerdict(
  { result }: Judged,
  runDir: string,
  stream: Terminal["stdout"],
  terminal: Terminal,
): Promise<void> {
  const reportFile = join(runDir, "report.html");
  const text = renderVerdict(result, {
    color: wantsColor(stream, terminal.environment),
    reportFile: existsSync(reportFile) ? shownFolder(reportFile, terminal.cwd) : null,
  });
  await writeText(stream, text.endsWith("\n") ? text : `${text}\n`);
}
