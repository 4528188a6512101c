/**
 * What the worker does: reads the scenario and the page, waits for the start, runs the drill with a ledger, and ends. Not its business:
 * judging, and whatever comes after the ledger is closed (aftermath.ts, in the front).
 */
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DrillError, messageOf, secretFinder, type SecretFinder } from "../core/index.ts";
import { controlPlan, ledgerHeader, runDrill, settingsOf } from "../drill/index.ts";
import { openLedger, withoutSecrets, type LedgerEntry } from "../ledger/index.ts";
import { isChosen, stepsOf } from "../runbook/index.ts";
import { raiseHarnessPriority, SUBSTRATES, unregisterRun, workDirOf } from "../substrate/index.ts";
import type { Cluster } from "../system/index.ts";
import { environmentRecord } from "./environment-record.ts";
import { beginningOf, forkPointOnDisk, openFork, storedForkPoint } from "./forking.ts";
import { isShown, type Assignment, type FromWorker, type Start } from "./messages.ts";
import { prepare, type Prepared } from "./prepare.ts";
import { reachOf } from "./reach.ts";
import { EVIDENCE_FOLDER, LEDGER_FILE } from "./run-folder.ts";
import { SeveralCases } from "./several-cases.ts";
import { skipUnlessCapable } from "./skipped-run.ts";
import { listenToFront, rejection, type Front } from "./worker-channel.ts";

/** Runs the drill of the assignment on the command line, and ends the process. */
export async function work(): Promise<never> {
  const assignment = JSON.parse(process.argv[2] ?? "{}") as Assignment;
  const front = listenToFront();
  raiseHarnessPriority();
  try {
    const prepared = await prepare(assignment);
    const { drill, page, runbook } = prepared;
    skipUnlessCapable(drill, SUBSTRATES[assignment.substrate].here().absentCapabilities);
    await front.say({
      kind: "ready",
      programs: drill.system.programs,
      versions: drill.system.versions,
      ownEngines: drill.system.needs.includes("own-engines"),
      page,
      steps:
        runbook === null
          ? []
          : stepsOf(runbook).flatMap((step) =>
              isChosen(step, drill.reading ?? null) ? [{ id: step.id, line: step.line }] : [],
            ),
    });
    const start = await front.start;
    try {
      await runWithLedger({ ...prepared, ...start, assignment, front });
    } catch (error) {
      await front.say({ kind: "failed", ...told(error) });
    }
    // Without a front nobody else takes the run off the books; if it left anything, that is found by its label.
    if (!front.isThere()) await unregisterRun(assignment.runId);
  } catch (error) {
    await front.say(
      error instanceof SeveralCases ? { kind: "cases", drillIds: error.drillIds } : { kind: "refused", ...told(error) },
    );
  }
  process.exit(0);
}

interface WorkerRun extends Prepared, Start {
  readonly assignment: Assignment;
  readonly front: Front;
}

async function runWithLedger({ assignment, drill, page, runbook, programs, image, front }: WorkerRun): Promise<void> {
  const { runId, runDir, seed } = assignment;
  const { assumedReactionMs, writesPerSecond } = assignment;
  const settings = settingsOf(drill, {
    ...(writesPerSecond === null ? {} : { writesPerSecond }),
    ...(assumedReactionMs === null ? {} : { assumedReactionMs }),
  });
  const control = controlPlan(drill, assignment.control, assignment.observed);
  const evidenceDir = join(runDir, EVIDENCE_FOLDER);
  mkdirSync(evidenceDir, { recursive: true });
  const substrate = SUBSTRATES[assignment.substrate];
  const where = substrate.here();
  const stored = assignment.forkOf === null ? null : storedForkPoint(assignment.forkOf);
  const { forkedFrom, random, clock } = beginningOf(seed, stored);
  const startedAt = new Date(Date.now() - clock.nowMs()).toISOString();
  const run = {
    runId,
    clock,
    random,
    signal: front.ending.signal,
    workDir: workDirOf(runId),
    evidenceDir,
  };
  // The variables of the command itself, such as a CI system's tokens.
  const secrets = secretFinder(process.env);
  const header = ledgerHeader(drill, {
    runId,
    seed,
    startedAt,
    forkedFrom,
    substrate: assignment.substrate,
    settings,
    control,
    page,
    runbook: runbook === null ? null : { file: runbook.file, sha256: runbook.sha256, text: runbook.text },
    secrets,
    environment: environmentRecord({ programs, image }, where),
  });
  const began = async (): Promise<void> =>
    front.say({ kind: "began", baseInstantNs: String(clock.baseInstantNs ?? 0n) });
  const fork = stored === null ? null : await openFork(stored, { run, header, began });
  const ledgerFile = join(runDir, LEDGER_FILE);
  using ledger = closableLedger(secrets, ledgerFile, header);
  if (fork === null) {
    clock.goOn();
    await began();
  } else for (const entry of fork.record) ledger.record(entry);
  const canFork = !where.absentCapabilities.some(({ capability }) => capability === "forks");
  const takesForkPoint = assignment.takesForkPoint && drill.expected.kind === "failed" && canFork;
  const forkPoint = takesForkPoint ? await forkPointOnDisk(run, { ledgerFile, flush: () => ledger.flush() }) : null;
  using _shown = ledger.subscribe((entry) => {
    if (isShown(entry))
      void front.say({ kind: "entry", entry: entry.kind === "step" ? { ...entry, outputTail: "" } : entry });
  });
  endOnDefect(front, (message) =>
    ledger.record({ kind: "trouble", atMs: run.clock.nowMs(), outcome: "broken", phase: "run", message }),
  );

  const keep = async (cluster: Cluster): Promise<void> => {
    ledger.record({ kind: "end", atMs: run.clock.nowMs() });
    ledger.close();
    front.mayGo();
    await front.say({ kind: "kept", reach: reachOf(cluster) });
    await rejection(front.ending.signal).catch(() => {});
  };
  await runDrill(drill, {
    run,
    ledger,
    openSubstrate: async () =>
      substrate.open({ engine: assignment.engine, image, run, recorder: ledger, copy: fork?.point.machines ?? null }),
    programs: Object.fromEntries(programs.map(({ name, path }) => [name, path])),
    runbook,
    settings,
    control,
    page,
    keep: assignment.keep ? keep : null,
    forkPoint,
    fork,
  });
  removeUnused(run.workDir);
  ledger.close();
  if ((await forkPoint?.seal()) === true) await front.say({ kind: "fork-point" });
}

/** A run that ended before its substrate was opened never used the work folder that the front made for it: it holds its nonce and nothing else. */
function removeUnused(workDir: string): void {
  if (existsSync(workDir) && readdirSync(workDir).length <= 1) rmSync(workDir, { recursive: true });
}

/**
 * The run's ledger, in which no secret is written, and which takes and drops what comes after it was closed: a kept run has been judged by
 * then, and taking its cluster down later is no part of its record.
 */
function closableLedger(
  secrets: SecretFinder,
  ...given: Parameters<typeof openLedger>
): ReturnType<typeof openLedger> & Disposable {
  const ledger = openLedger(...given);
  let closed = false;
  const close = (): void => {
    if (closed) return;
    closed = true;
    ledger.close();
  };
  return {
    record: (entry: LedgerEntry) => {
      if (!closed) ledger.record(withoutSecrets(entry, secrets));
    },
    flush: () => {
      if (!closed) ledger.flush();
    },
    subscribe: (listener) => ledger.subscribe(listener),
    close,
    [Symbol.dispose]: close,
  };
}

/** An error that nobody caught must not end the process before what it started has been stopped; it breaks the run, in order. */
function endOnDefect(front: Front, recordTrouble: (message: string) => void): void {
  const onDefect = (error: unknown): void => {
    process.stderr.write(`${stackOf(error)}\n`);
    try {
      recordTrouble(`a defect of Drillbook: ${messageOf(error)}`);
    } catch {
      // The ledger cannot be written; the text above is what is left, and the front keeps it.
    }
    front.ending.abort(new DrillError("harness", "run", messageOf(error), { cause: error }));
  };
  process.on("uncaughtException", onDefect);
  process.on("unhandledRejection", onDefect);
}

function told(thrown: unknown): Pick<Extract<FromWorker, { readonly kind: "refused" }>, "code" | "message"> {
  const error = firstOf(thrown);
  return error instanceof DrillError
    ? { code: error.code, message: error.message }
    : { code: "harness", message: stackOf(error) };
}

/** The error that came first, when disposing things after it threw others (`SuppressedError`). */
function firstOf(thrown: unknown): unknown {
  return thrown instanceof SuppressedError ? firstOf(thrown.suppressed) : thrown;
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
