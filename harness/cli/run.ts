/** `run`: drills one after another, their verdicts, and one exit code. Not its business: one run (front.ts). */
import { randomInt } from "node:crypto";
import { statSync } from "node:fs";
import { resolve } from "node:path";
import { DrillError, EXIT_USAGE, exitCodeOf, worstOutcome } from "../core/index.ts";
import type { ControlKind } from "../ledger/index.ts";
import { catalogue, type CatalogueEntry } from "./catalogue.ts";
import { watchInterrupts } from "./interrupts.ts";
import { longestRecovery } from "./past-runs.ts";
import { runOne, type RunSession } from "./run-one.ts";
import { note, type Runs } from "./runs.ts";
import { selectDrills } from "./select-drills.ts";
import { writeText, type Terminal } from "./terminal.ts";
import type { WorkerModule } from "./worker-process.ts";

/** What was said on the command line. */
export interface RunCommand {
  readonly wanted: readonly string[];
  readonly seed?: number;
  readonly out: string;
  readonly runbook?: string;
  readonly rate?: number;
  readonly keep: boolean;
  /** One control instead of the drill itself. */
  readonly control?: ControlKind;
  /** The drill with all its controls. */
  readonly controls?: boolean;
  readonly json: boolean;
  /** Tests replace these two. */
  readonly workerModule?: WorkerModule;
  readonly scenariosDir?: string;
}

/**
 * Runs the drills that were asked for.
 * @returns the exit code: 130 when it was interrupted, else that of the worst outcome.
 * @throws DrillError `usage` before anything is started.
 */
export async function run(command: RunCommand, terminal: Terminal): Promise<number> {
  const drills = selectDrills(command.wanted, catalogue(command.scenariosDir), terminal.cwd);
  const runbookFile = pageOf(command, drills, terminal);
  // What isolation there is is found out by trying, in another process, meanwhile.
  const isolation = import("../substrate/index.ts").then(({ detectIsolation }) => detectIsolation());
  using interrupts = watchInterrupts();
  const seed = command.seed ?? randomInt(2 ** 32);
  const shown = command.json ? terminal.stderr : terminal.stdout;
  const session: RunSession = { command, terminal, shown, seed, runbookFile, isolation, interrupts };
  const runs: Runs = { finished: [], notStarted: [], controls: [] };

  for (const drill of drills) {
    if (interrupts.soft.aborted) break;
    const control = command.control ?? "none";
    const observed = control === "none" ? null : longestRecovery(resolve(terminal.cwd, command.out), drill.id);
    if (command.controls === true) await (await import("./with-controls.ts")).runWithControls(session, drill, runs);
    else note(runs, await runOne(session, { drill, seed, control, observed }, drill === drills[0]));
  }
  if (command.json) await writeText(terminal.stdout, await document(drills.length, runs));
  return interrupts.soft.aborted ? exitCodeOf("interrupted") : exitCodeOfAll(runs);
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

/** Of one drill the content of its result.json, byte for byte; of several an object that holds them. Empty when nothing came of the one drill. With controls, the verdict over all. */
async function document(drills: number, { finished, notStarted, controls }: Runs): Promise<string> {
  const [set] = controls;
  if (drills === 1 && set !== undefined) return (await import("../integrity/index.ts")).serializeControls(set);
  if (drills === 1) return finished[0]?.resultText ?? "";
  const results = finished.map(({ result }) => result);
  return `${JSON.stringify({ results, notStarted, ...(set === undefined ? {} : { controls }) }, null, 2)}\n`;
}

function exitCodeOfAll({ finished, notStarted, controls }: Runs): number {
  // With controls, the verdict over all says what counts: a control that fails makes the drill void, which is a failure.
  if (finished.length === 0 && notStarted.length > 0 && notStarted.every(({ code }) => code === "usage"))
    return EXIT_USAGE;
  return exitCodeOf(
    worstOutcome([
      ...finished.map(({ result }) => result.outcome),
      ...finished.flatMap(({ problems }) => problems.map(() => "broken" as const)),
      ...notStarted.map(() => "broken" as const),
      ...controls.map(({ outcome }) => outcome),
    ]),
  );
}
