/** One run as a person sees it: its progress, its verdict, and what could not be done. Not its business: which runs there are (run.ts). */
import { resolve } from "node:path";
import { DrillError, messageOf, type DrillErrorCode } from "../core/index.ts";
import type { ObservedRecovery, WantedPage } from "../drill/index.ts";
import type { DrillResult } from "../integrity/index.ts";
import type { ControlPlan } from "../ledger/index.ts";
import type { Footing } from "../substrate/index.ts";
import type { FinishedRun } from "./aftermath.ts";
import type { CatalogueEntry } from "./catalogue.ts";
import type { Interrupts } from "./interrupts.ts";
import { printableLines } from "./printable.ts";
import { openProgress, type Progress, type ShownProgress } from "./progress.ts";
import type { RunCommand } from "./run.ts";
import type { SkippedRun } from "./skipped-run.ts";
import { isLive, type Terminal } from "./terminal.ts";

/** What the runs of one command share. */
export interface RunSession {
  readonly command: RunCommand;
  readonly terminal: Terminal;
  /** Where people look: standard error when standard output is for machines. */
  readonly shown: Terminal["stdout"];
  readonly seed: number;
  /** Absolute path of the page to follow instead of the drill's own; null for its own. */
  readonly runbookFile: string | null;
  readonly footing: Promise<Footing>;
  readonly interrupts: Interrupts;
  /** The result of each run, in the order in which they ended. */
  readonly judged: DrillResult[];
}

/** Which run. */
export interface WantedRun {
  readonly drill: CatalogueEntry;
  readonly seed: number;
  readonly control: ControlPlan["kind"];
  /** Which of the drill's own pages. */
  readonly page: WantedPage;
  /** The longest recovery of this drill that was observed; null when none was. */
  readonly observed: ObservedRecovery | null;
  /** Other versions of programs than the command line's `--with`; left out: those. */
  readonly versions?: Readonly<Record<string, string>>;
  /** See Assignment; left out: no. */
  readonly takesForkPoint?: boolean;
  /** See Assignment; left out: it makes its own disaster. */
  readonly forkOf?: string;
}

/** A run that came to nothing: no ledger, no result. With the code `skipped` it could not be done here. */
export interface NotStarted {
  readonly drillId: string;
  readonly code: DrillErrorCode;
  readonly message: string;
}

/** Runs it and shows it; `firstOfAll` mentions what earlier runs left behind. */
export async function runOne(
  session: RunSession,
  { drill, seed, control, page, observed, versions, takesForkPoint = false, forkOf }: WantedRun,
  firstOfAll: boolean,
): Promise<FinishedRun | NotStarted> {
  const { command, shown, terminal } = session;
  await using progress = openProgress(shown, { show: showing(session) });
  if (firstOfAll) void mentionLeftovers(progress);
  // Only now, since what comes before may refuse: this brings in all that a run needs.
  const { runInWorker } = await import("./front.ts");
  try {
    const judged = await runInWorker({
      drill,
      seed,
      control,
      page,
      observed,
      outDir: resolve(terminal.cwd, command.out),
      runbookFile: session.runbookFile,
      writesPerSecond: command.rate ?? null,
      assumedReactionMs: command.reaction ?? null,
      substrate: command.substrate,
      keep: command.keep,
      takesForkPoint,
      forkOf: forkOf ?? null,
      versions: versions ?? command.with ?? {},
      footing: session.footing,
      worker: command.workerModule ?? null,
      progress,
      interrupts: session.interrupts,
    });
    await progress[Symbol.asyncDispose]();
    session.judged.push(judged.result);
    await showRun(judged, session);
    return judged;
  } catch (error) {
    await progress[Symbol.asyncDispose]();
    if (!(error instanceof DrillError)) throw error;
    if (error.code === "skipped")
      await keepSkipped(session, { drillId: drill.id, control, seed, because: error.message });
    else terminal.stderr.write(`drillbook: ${drill.id}: ${printableLines(error.message)}\n`);
    return { drillId: drill.id, code: error.code, message: error.message };
  }
}

/** Several drills at once would talk across each other: then only what is said of each of them as a whole is shown. */
function showing({ command, shown, terminal }: RunSession): ShownProgress {
  if ((command.jobs ?? 1) > 1) return "notes";
  return isLive(shown, terminal.environment) ? "live" : "lines";
}

/** A drill that is skipped has its line and its folder as others have: nobody is to take it for one that ran. */
async function keepSkipped({ command, shown, terminal }: RunSession, skipped: SkippedRun): Promise<void> {
  shown.write(`SKIPPED  ${skipped.drillId}: ${printableLines(skipped.because)}\n`);
  const { writeSkipped } = await import("./skipped-run.ts");
  writeSkipped(resolve(terminal.cwd, command.out), skipped);
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

async function showRun(finished: FinishedRun, { shown, terminal }: RunSession): Promise<void> {
  const { showVerdict } = await import("./stored-run.ts");
  await showVerdict(finished, finished.runDir, shown, terminal);
  for (const line of finished.reach ?? []) shown.write(`${printableLines(line)}\n`);
  for (const problem of finished.problems) terminal.stderr.write(`drillbook: broken: ${printableLines(problem)}\n`);
}
