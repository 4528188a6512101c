/** `run`: drills one after another, their verdicts, and one exit code. Not its business: one run (front.ts). */
import { randomInt } from "node:crypto";
import { statSync } from "node:fs";
import { resolve } from "node:path";
import { DrillError } from "../core/index.ts";
import { isOfShard, type ControlKind, type SetPlan, type Shard } from "../ledger/index.ts";
import type { SubstrateKind } from "../substrate/index.ts";
import { catalogue, type CatalogueEntry } from "./catalogue.ts";
import { runEach, seedsOf } from "./each-drill.ts";
import { watchInterrupts } from "./interrupts.ts";
import type { RunSession } from "./run-one.ts";
import { allRuns, exitCodeOfRuns, noRuns, type Runs } from "./runs.ts";
import { selectDrills } from "./select-drills.ts";
import { writeText, type Terminal } from "./terminal.ts";
import type { WantedVersions } from "./with-matrix.ts";
import type { WorkerModule } from "./worker-process.ts";

/**
 * The most runs of `--until-confident`, unless the command line says otherwise: where every run is within its objective 68 decide it, and 194
 * do when two are not.
 */
const MOST_RUNS = 200;

/** What was said on the command line. */
export interface RunCommand {
  readonly wanted: readonly string[];
  readonly seed?: number;
  /** Each drill with each of these instead. */
  readonly seeds?: readonly number[];
  readonly out: string;
  readonly runbook?: string;
  readonly rate?: number;
  /** What people are taken to need before they begin with the page, in milliseconds; for the report alone. */
  readonly reaction?: number;
  /** Where the nodes live. */
  readonly substrate: SubstrateKind;
  readonly keep: boolean;
  /** One control instead of the drill itself. */
  readonly control?: ControlKind;
  /** The drill with all its controls. */
  readonly controls?: boolean;
  /** So many runs of each drill, and one verdict over them. */
  readonly repeat?: number;
  /** Runs of each drill until its objective is decided, and one verdict over them. */
  readonly untilConfident?: boolean;
  /** The most runs of `untilConfident`. */
  readonly atMost?: number;
  /** The versions of programs, by the name of their family, e.g. `{ etcd: "3.5.21" }`. */
  readonly with?: Readonly<Record<string, string>>;
  /** Each drill against each of these versions, and one table over all. */
  readonly matrix?: WantedVersions;
  /** So many drills at once; 1 when left out: what runs beside a drill takes from its machine, and may make its time inconclusive. */
  readonly jobs?: number;
  /** Of each scenario one case only, which the seed chooses. */
  readonly oneCase?: boolean;
  /** This part of the drills only. */
  readonly shard?: Shard;
  readonly json: boolean;
  /** Tests replace these two. */
  readonly workerModule?: WorkerModule;
  readonly scenariosDir?: string;
}

/**
 * Runs the drills that were asked for.
 * @returns the exit code of the worst outcome; an interruption is one of them.
 * @throws DrillError `usage` before anything is started.
 */
export async function run(command: RunCommand, terminal: Terminal): Promise<number> {
  const plan = setPlanOf(command);
  refuseTwoVersions(command);
  const seed = command.seeds?.[0] ?? command.seed ?? randomInt(2 ** 32);
  const selected = oneCaseOf(await drillsOf(command, plan, terminal), command, seed);
  const drills = shardOf(command, selected);
  const runbookFile = pageOf(command, drills, terminal);
  // What there is for the substrate is found out by trying, in another process, meanwhile.
  const footing = import("../substrate/index.ts").then(async ({ SUBSTRATES }) => SUBSTRATES[command.substrate].find());
  footing.catch(() => {}); // each run says why there is none
  using interrupts = watchInterrupts();
  const shown = command.json ? terminal.stderr : terminal.stdout;
  const session: RunSession = { command, terminal, shown, seed, runbookFile, footing, interrupts, judged: [] };
  if (command.matrix !== undefined) {
    const runs = noRuns();
    await (await import("./with-matrix.ts")).runMatrix(session, drills, command.matrix, runs);
    return end(session, drills.length, runs);
  }
  const startedAt = new Date().toISOString();
  const all = await runEach(drills, session, plan);
  const runs = allRuns(all.ended.map((one) => one.runs));
  // One run says all there is to say; several have a verdict together.
  if (all.drills.length > 1 || command.shard !== undefined || command.seeds !== undefined) {
    const { writeSuite } = await import("./write-suite.ts");
    const whole = command.shard === undefined ? all.drills : selected;
    await writeSuite(session, { startedAt, selected: whole, ended: all.ended });
  }
  return end(session, all.drills.length * seedsOf(session).length, runs);
}

/** Prints the document for machines and gives the exit code. */
async function end({ command, interrupts, terminal }: RunSession, drills: number, runs: Runs): Promise<number> {
  if (command.json) {
    const { runDocument } = await import("./run-document.ts");
    await writeText(terminal.stdout, runDocument(drills, runs));
  }
  return exitCodeOfRuns(runs, interrupts.soft.aborted);
}

/** Which drills were asked for. One alone is not loaded here where that can wait: the time to its first phase counts. */
async function drillsOf(
  command: RunCommand,
  plan: SetPlan | null,
  { cwd }: Terminal,
): Promise<readonly CatalogueEntry[]> {
  const isPlain =
    plan === null &&
    command.controls !== true &&
    command.control === undefined &&
    command.runbook === undefined &&
    command.matrix === undefined &&
    command.shard === undefined &&
    command.oneCase !== true;
  return selectDrills(command.wanted, {
    known: catalogue(command.scenariosDir),
    cwd,
    expand: !isPlain,
    drillsIn: async (scenario) => (await import("./load-scenario.ts")).drillNamesIn(scenario),
  });
}

/** Of each scenario the case that the seed chooses, where that was asked for: consecutive seeds come by all of them. */
function oneCaseOf(
  drills: readonly CatalogueEntry[],
  { oneCase }: RunCommand,
  seed: number,
): readonly CatalogueEntry[] {
  if (oneCase !== true) return drills;
  return [...Map.groupBy(drills, ({ file }) => file).values()].flatMap((cases) => cases[seed % cases.length] ?? []);
}

/** The drills of the shard that was asked for. */
function shardOf({ shard }: RunCommand, selected: readonly CatalogueEntry[]): readonly CatalogueEntry[] {
  if (shard === undefined) return selected;
  if (shard.of > selected.length) {
    const message = `--shard ${shard.index}/${shard.of}: ${selected.length} drills were asked for, and some of ${shard.of} shards would have none.`;
    throw new DrillError("usage", "command line", message);
  }
  return selected.filter((_, index) => isOfShard(index, shard));
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

/** `--with` and `--matrix` of one program ask for two versions of it at once. */
function refuseTwoVersions({ matrix, with: versions = {} }: RunCommand): void {
  if (matrix === undefined || !Object.hasOwn(versions, matrix.program)) return;
  const message = `--with and --matrix both give versions of ${matrix.program}: leave one of them out.`;
  throw new DrillError("usage", "command line", message);
}

/** Which runs make one set, as it was asked for; null when each run stands for itself. */
function setPlanOf({ repeat, untilConfident, atMost }: RunCommand): SetPlan | null {
  if (repeat !== undefined) return { kind: "repeat", runs: repeat };
  if (untilConfident === true) return { kind: "until-confident", atMost: atMost ?? MOST_RUNS };
  if (atMost !== undefined) {
    const message = "--at-most says how many runs --until-confident may take; it means nothing without that.";
    throw new DrillError("usage", "command line", message);
  }
  return null;
}
