/** `run`: drills one after another, their verdicts, and one exit code. Not its business: one run (front.ts). */
import { randomInt } from "node:crypto";
import { statSync } from "node:fs";
import { resolve } from "node:path";
import { DrillError, EXIT_USAGE, exitCodeOf, messageOf, worstOutcome, type DrillErrorCode } from "../core/index.ts";
import type { FinishedRun } from "./aftermath.ts";
import { catalogue, type CatalogueEntry } from "./catalogue.ts";
import { watchInterrupts } from "./interrupts.ts";
import { printableLines } from "./printable.ts";
import { openProgress, type Progress } from "./progress.ts";
import { selectDrills } from "./select-drills.ts";
import { isLive, writeText, type Terminal } from "./terminal.ts";
import type { WorkerModule } from "./worker-process.ts";

/** What was said on the command line. */
export interface RunCommand {
  readonly wanted: readonly string[];
  readonly seed?: number;
  readonly out: string;
  readonly runbook?: string;
  readonly rate?: number;
  readonly keep: boolean;
  readonly json: boolean;
  /** Tests replace these two. */
  readonly workerModule?: WorkerModule;
  readonly scenariosDir?: string;
}

/** A drill that came to nothing: no ledger, no result. */
interface NotStarted {
  readonly drillId: string;
  readonly code: DrillErrorCode;
  readonly message: string;
}

/**
 * Runs the drills that were asked for.
 * @returns the exit code: 130 when it was interrupted, else that of the worst outcome.
 * @throws DrillError `usage` before anything is started.
 */
export async function run(command: RunCommand, terminal: Terminal): Promise<number> {
  const drills = selectDrills(command.wanted, catalogue(command.scenariosDir), terminal.cwd);
  const runbookFile = pageOf(command, drills, terminal);
  // Only now, since the lines above may have refused: this brings in all that a run needs. What isolation there is is found out by trying,
  // in another process, meanwhile.
  const isolation = import("../substrate/index.ts").then(({ detectIsolation }) => detectIsolation());
  const { runInWorker } = await import("./front.ts");
  const seed = command.seed ?? randomInt(2 ** 32);
  const shown = command.json ? terminal.stderr : terminal.stdout;
  using interrupts = watchInterrupts();
  const finished: FinishedRun[] = [];
  const notStarted: NotStarted[] = [];

  for (const drill of drills) {
    if (interrupts.soft.aborted) break;
    await using progress = openProgress(shown, { live: isLive(shown, terminal.environment) });
    if (drill === drills[0]) void mentionLeftovers(progress);
    try {
      const judged = await runInWorker({
        drill,
        seed,
        outDir: resolve(terminal.cwd, command.out),
        runbookFile,
        writesPerSecond: command.rate ?? null,
        keep: command.keep,
        isolation,
        worker: command.workerModule ?? null,
        progress,
        interrupts,
      });
      await progress[Symbol.asyncDispose]();
      finished.push(judged);
      await showRun(judged, shown, terminal);
    } catch (error) {
      await progress[Symbol.asyncDispose]();
      if (!(error instanceof DrillError)) throw error;
      terminal.stderr.write(`drillbook: ${drill.id}: ${printableLines(error.message)}\n`);
      notStarted.push({ drillId: drill.id, code: error.code, message: error.message });
    }
  }
  if (command.json) await writeText(terminal.stdout, document(drills.length, finished, notStarted));
  return interrupts.soft.aborted ? exitCodeOf("interrupted") : exitCodeOfAll(finished, notStarted);
}

/** The page that was given instead of the drill's own. It fits one drill only. */
function pageOf(command: RunCommand, drills: readonly CatalogueEntry[], terminal: Terminal): string | null {
  if (command.runbook === undefined) return null;
  if (drills.length !== 1) {
    throw new DrillError(
      "usage",
      "command line",
      `--runbook gives the page of one drill, and ${drills.length} were asked for.`,
    );
  }
  const file = resolve(terminal.cwd, command.runbook);
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) {
    throw new DrillError(
      "usage",
      "command line",
      `--runbook ${command.runbook}: there is no such file. Nothing was started.`,
    );
  }
  return file;
}

async function mentionLeftovers(progress: Progress): Promise<void> {
  try {
    const { leftovers } = await import("../substrate/index.ts");
    const crashed = (await leftovers()).filter((leftover) => !leftover.kept);
    if (crashed.length === 0) return;
    const runs = crashed.length === 1 ? "1 crashed run" : `${crashed.length} crashed runs`;
    progress.note(`${runs} left things behind; npx drillbook clean removes them.`);
  } catch (error) {
    progress.note(`Leftovers of earlier runs could not be looked for: ${messageOf(error)}`);
  }
}

async function showRun(finished: FinishedRun, shown: Terminal["stdout"], terminal: Terminal): Promise<void> {
  const { showVerdict } = await import("./stored-run.ts");
  await showVerdict(finished, finished.runDir, shown, terminal);
  for (const line of finished.reach ?? []) shown.write(`${printableLines(line)}\n`);
  for (const problem of finished.problems) terminal.stderr.write(`drillbook: broken: ${printableLines(problem)}\n`);
}

/** Of one drill the content of its result.json, byte for byte; of several an object that holds them. Empty when nothing came of the one drill. */
function document(drills: number, finished: readonly FinishedRun[], notStarted: readonly NotStarted[]): string {
  if (drills === 1) return finished[0]?.resultText ?? "";
  return `${JSON.stringify({ results: finished.map(({ result }) => result), notStarted }, null, 2)}\n`;
}

function exitCodeOfAll(finished: readonly FinishedRun[], notStarted: readonly NotStarted[]): number {
  if (finished.length === 0 && notStarted.length > 0 && notStarted.every(({ code }) => code === "usage"))
    return EXIT_USAGE;
  return exitCodeOf(
    worstOutcome([
      ...finished.map(({ result }) => result.outcome),
      ...finished.flatMap(({ problems }) => problems.map(() => "broken" as const)),
      ...notStarted.map(() => "broken" as const),
    ]),
  );
}
