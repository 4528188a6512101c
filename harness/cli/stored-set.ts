/** A set of repeats on disk: judged again from its record and the ledgers of its runs, and what is written from it. */
import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { DrillError, exitCodeOf, messageOf } from "../core/index.ts";
import { judgeRepeats, runOfSet, serializeRepeats, type RepeatsResult, type RunOfSet } from "../integrity/index.ts";
import { readSet } from "../ledger/index.ts";
import { judgeRun } from "./conclude.ts";
import { printableLines } from "./printable.ts";
import { REPEATS_FILE, SET_FILE, writeWhole } from "./run-folder.ts";
import { shownFolder, wantsColor, writeText, type Terminal } from "./terminal.ts";

/**
 * Judges a stored set, writes its repeats.json and shows the verdict.
 * @returns the exit code of the verdict. A folder that cannot be written takes nothing from it.
 * @throws DrillError when the record or a run's ledger is not there or cannot be read.
 */
export async function judgeSetAgain(
  setDir: string,
  options: { readonly json: boolean },
  terminal: Terminal,
): Promise<number> {
  const result = await judgeSet(setDir);
  try {
    writeWhole(join(setDir, REPEATS_FILE), serializeRepeats(result));
  } catch (error) {
    terminal.stderr.write(`${printableLines(messageOf(error))}\nThe verdict stands; only the file is as it was.\n`);
  }
  await showSet(result, setDir, options.json ? terminal.stderr : terminal.stdout, terminal);
  if (options.json) await writeText(terminal.stdout, serializeRepeats(result));
  return exitCodeOf(result.outcome);
}

/**
 * Writes repeats.json and all reports of a stored set again.
 * @returns 0 when they are written, whatever the verdict.
 * @throws DrillError as `judgeSetAgain`, or when they cannot be written.
 */
export async function reportSetAgain(setDir: string, terminal: Terminal): Promise<number> {
  const result = await judgeSet(setDir);
  await writeSet(setDir, result);
  await showSet(result, setDir, terminal.stdout, terminal);
  return 0;
}

/**
 * Writes repeats.json, and the reports for people and machines.
 * @throws DrillError `environment` when they cannot be written.
 */
export async function writeSet(setDir: string, result: RepeatsResult): Promise<void> {
  writeWhole(join(setDir, REPEATS_FILE), serializeRepeats(result));
  const { writeRepeatsReports } = await import("../report/index.ts");
  await writeRepeatsReports(result, setDir);
}

/** Shows the short verdict of a set. */
export async function showSet(
  result: RepeatsResult,
  setDir: string,
  stream: Terminal["stdout"],
  terminal: Terminal,
): Promise<void> {
  const { renderRepeatsVerdict } = await import("../report/index.ts");
  const color = wantsColor(stream, terminal.environment);
  const reportFile = join(setDir, "report.html");
  await writeText(
    stream,
    renderRepeatsVerdict(result, {
      color,
      reportFile: existsSync(reportFile) ? shownFolder(reportFile, terminal.cwd) : null,
    }),
  );
}

async function judgeSet(setDir: string): Promise<RepeatsResult> {
  const record = await readSet(join(setDir, SET_FILE));
  const judged = new Map<string, RunOfSet>();
  for (const { came } of record.runs) {
    if (came.kind === "run-over") judged.set(came.runId, await storedRun(join(dirname(setDir), came.runId)));
  }
  return judgeRepeats(record, judged);
}

/** A run of the set: its folder lies beside the set's. */
async function storedRun(runDir: string): Promise<RunOfSet> {
  const { ledger, result } = await judgeRun(runDir);
  if (result.runId !== basename(runDir)) {
    const message = `${runDir} holds the ledger of another run, ${result.runId}: the set is not judged.`;
    throw new DrillError("environment", "judge set", message);
  }
  return runOfSet(ledger, result);
}
