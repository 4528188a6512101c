/**
 * The live part of one run, seen from outside: makes its folder, starts its worker, finds its programs, shows its progress and passes
 * interrupts on. Not its business: how a drill goes (drill/, in the worker); what follows when it is over (aftermath.ts).
 */
import { DrillError, formatMs } from "../core/index.ts";
import type { ObservedRecovery, WantedPage } from "../drill/index.ts";
import type { ControlPlan } from "../ledger/index.ts";
import { registerRun, type Footing, type SubstrateKind } from "../substrate/index.ts";
import type { FinishedRun } from "./aftermath.ts";
import type { CatalogueEntry } from "./catalogue.ts";
import type { Interrupts } from "./interrupts.ts";
import { hearing } from "./hearing.ts";
import type { Progress } from "./progress.ts";
import { makeRunFolder } from "./run-folder.ts";
import { newRunId } from "./run-id.ts";
import { SeveralCases } from "./several-cases.ts";
import { rejection } from "./worker-channel.ts";
import { OWN_WORKER, startWorker, type WorkerEnd, type WorkerModule } from "./worker-process.ts";

/** What to run, and where. */
export interface FrontOptions {
  readonly drill: CatalogueEntry;
  readonly seed: number;
  readonly control: ControlPlan["kind"];
  /** The longest recovery of this drill that was observed; null when none was. */
  readonly observed: ObservedRecovery | null;
  /** Absolute path of the folder for runs. */
  readonly outDir: string;
  /** Absolute path of the page to follow instead of the drill's own; null for its own. */
  readonly runbookFile: string | null;
  /** Which of the drill's own pages. */
  readonly page: WantedPage;
  /** Null for the drill's own. */
  readonly writesPerSecond: number | null;
  /** Null for the drill's own. */
  readonly assumedReactionMs: number | null;
  readonly substrate: SubstrateKind;
  readonly keep: boolean;
  /** See Assignment. Whoever asks for a fork point drops it (`dropForkPoint`). */
  readonly takesForkPoint: boolean;
  readonly forkOf: string | null;
  /** The versions of programs that were asked for, by the name of their family; empty for the drill's own. */
  readonly versions: Readonly<Record<string, string>>;
  /** What there is for the substrate here. */
  readonly footing: Promise<Footing>;
  /** Null for this package's own. */
  readonly worker: WorkerModule | null;
  readonly progress: Progress;
  readonly interrupts: Interrupts;
}

/** Taking a whole cluster down takes about a second; a drill that has not ended so long after it was told to hangs. */
const END_WITHIN_MS = 60_000;

/**
 * Runs one drill in a worker of its own and judges it.
 * @throws SeveralCases when the drill is a scenario of several; nothing was started then.
 * @throws DrillError when nothing was started (then no folder is left either), or when the record could not be judged.
 */
export async function runInWorker(options: FrontOptions): Promise<FinishedRun> {
  const { drill, progress, interrupts } = options;
  const runId = newRunId(drill.id);
  const folder = makeRunFolder(options.outDir, runId);
  const { runDir } = folder;
  const worker = hearing();
  let begun = false;
  try {
    const footing = await options.footing;
    using child = await startWorker(
      options.worker ?? OWN_WORKER,
      {
        runId,
        drillId: drill.id,
        drillFile: drill.file,
        runbookFile: options.runbookFile,
        page: options.page,
        seed: options.seed,
        substrate: options.substrate,
        engine: footing.engine,
        control: options.control,
        observed: options.observed,
        writesPerSecond: options.writesPerSecond,
        assumedReactionMs: options.assumedReactionMs,
        runDir,
        keep: options.keep,
        takesForkPoint: options.takesForkPoint,
        forkOf: options.forkOf,
      },
      footing.isolation,
      (message) => worker.hear(message, progress),
    );
    // Loaded while the worker loads the scenario: both count in the time to the first phase.
    const tools = import("../tools/index.ts");
    const opened = await Promise.race([worker.opened, child.ended.then(diedEarly), rejection(interrupts.soft)]);
    if (opened.kind === "cases") throw new SeveralCases(opened.drillIds);
    if (opened.kind === "refused") throw new DrillError(opened.code, "prepare", opened.message);
    const course = options.control === "none" ? "drill" : `control ${options.control} of`;
    const page = opened.page === "corrected" ? ", with its corrected page" : "";
    const fork = options.forkOf === null ? "" : `, forked from ${options.forkOf}`;
    const versions = { ...opened.versions, ...options.versions };
    const using = Object.entries(versions).map(([name, version]) => `, ${name} ${version}`);
    progress.note(`${course} ${drill.id}${page}${fork}, seed ${options.seed}${using.join("")}, run ${runId}`);
    const { resolvePrograms } = await tools;
    const programs = await resolvePrograms(opened.programs, {
      progress: progress.note,
      signal: interrupts.soft,
      versions,
    });
    const { ownEngines } = opened;
    const prepared = await footing.prepare({ ownEngines, progress: progress.note, signal: interrupts.soft });
    interrupts.soft.throwIfAborted();

    await registerRun({ runId, workerPid: child.pid, reportDir: runDir, engine: footing.engine });
    begun = true;
    progress.begin(opened.steps, worker.nowMs);
    let killed: string | null = null;
    const kill = (because: string): void => {
      killed ??= because;
      child.kill();
    };
    using _passing = passInterrupts(interrupts, {
      soft: () => {
        progress.note("Ending the run in order; once more ends it at once.");
        child.send({ kind: "interrupt" });
      },
      late: () =>
        kill(`The drill had not ended ${formatMs(END_WITHIN_MS)} after it was told to, and was ended at once`),
      hard: () => kill("The run was ended at once by a second interrupt"),
    });
    child.send({ kind: "start", programs, ...prepared });
    const over = await Promise.race([child.ended.then((end) => ({ kind: "ended" as const, end })), worker.kept]);
    if (over.kind === "kept") child.release();
    const { concludeRun } = await import("./aftermath.ts");
    return await concludeRun({
      runId,
      runDir,
      over,
      failure: worker.failure(),
      killed,
      leftForkPoint: worker.leftForkPoint(),
      nowMs: worker.nowMs,
      progress,
    });
  } catch (error) {
    if (!begun) folder.undo();
    throw error;
  }
}

function diedEarly(end: WorkerEnd): never {
  const how = end.signal ?? `exit ${end.exitCode}`;
  throw new DrillError(
    "harness",
    "start worker",
    `The drill's worker process ended before it was ready (${how}); nothing was started.\n${end.output}`,
  );
}

interface InterruptActions {
  readonly soft: () => void;
  /** The soft one was not enough: nobody may be there to interrupt a second time (CI's `timeout`). */
  readonly late: () => void;
  readonly hard: () => void;
}

function passInterrupts(interrupts: Interrupts, to: InterruptActions): Disposable {
  let timer: NodeJS.Timeout | undefined;
  const onSoft = (): void => {
    to.soft();
    timer = setTimeout(to.late, END_WITHIN_MS);
  };
  interrupts.soft.addEventListener("abort", onSoft, { once: true });
  interrupts.hard.addEventListener("abort", to.hard, { once: true });
  return {
    [Symbol.dispose]: () => {
      clearTimeout(timer);
      interrupts.soft.removeEventListener("abort", onSoft);
      interrupts.hard.removeEventListener("abort", to.hard);
    },
  };
}
