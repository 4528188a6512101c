/**
 * What follows when the live part of a run is over: what a dead worker left is removed, an audit from outside says what is left, and the
 * ledger is judged as it lies on disk. Not its business: the live part (front.ts), judging (integrity/).
 */
import { statSync } from "node:fs";
import { join } from "node:path";
import { DrillError, messageOf, secretFinder } from "../core/index.ts";
import {
  appendToLedger,
  withoutSecrets,
  type LedgerEntry,
  type ResidueEntry,
  type TroubleEntry,
} from "../ledger/index.ts";
import { auditResidue, cleanLogs, cleanRun, howToEnter, markKept, unregisterRun } from "../substrate/index.ts";
import { judgeRun, writeAllReports, writeResult, type Judged } from "./conclude.ts";
import type { FromWorker } from "./messages.ts";
import type { Progress } from "./progress.ts";
import { reachLines } from "./reach.ts";
import { EVIDENCE_FOLDER, LEDGER_FILE, WORKER_LOG_FILE, writeWhole } from "./run-folder.ts";
import type { WorkerEnd } from "./worker-process.ts";

/** A run whose live part is over. */
export interface OverRun {
  readonly runId: string;
  readonly runDir: string;
  readonly over: { readonly kind: "ended"; readonly end: WorkerEnd } | Extract<FromWorker, { readonly kind: "kept" }>;
  /** What the worker said that failed. */
  readonly failure: DrillError | null;
  /** Why the front ended the worker at once; null when it did not. */
  readonly killed: string | null;
  readonly leftForkPoint: boolean;
  readonly nowMs: () => number;
  readonly progress: Progress;
}

/** A judged run and what could not be done about it. */
export interface FinishedRun extends Judged {
  readonly runDir: string;
  /** How to reach the cluster that was left up, in lines; null when none was. */
  readonly reach: readonly string[] | null;
  /** What failed outside the record (a full disk, say): then the run is broken, whatever the record says. */
  readonly problems: readonly string[];
  /** Whether there is a fork point of it, to be dropped by whoever asked for it. */
  readonly hasForkPoint: boolean;
}

/**
 * Audits, judges, writes.
 * @throws DrillError when there is no ledger to judge, or it cannot be read.
 */
export async function concludeRun(run: OverRun): Promise<FinishedRun> {
  const problems: string[] = run.failure === null ? [] : [run.failure.message];
  const attempt = async (act: () => unknown): Promise<void> => {
    try {
      await act();
    } catch (error) {
      problems.push(messageOf(error));
    }
  };
  const secrets = secretFinder(process.env);
  const trouble = troubleOf(run);
  if (trouble !== null) {
    let removed: readonly string[] = [];
    await attempt(async () => (removed = await cleanRun(run.runId)));
    run.progress.note(
      `${trouble.message}. What it left has been removed${removed.length === 0 ? " (nothing)" : `: ${removed.join(", ")}`}.`,
    );
  }
  // A worker that ended in order has done it itself, knowing more.
  if (trouble !== null) await attempt(() => cleanLogs(join(run.runDir, EVIDENCE_FOLDER, "nodes"), secrets));
  // What a run leaves that did not end in order has been removed above.
  const hasForkPoint = run.leftForkPoint && trouble === null;
  const residue = await residueOf(run, hasForkPoint);
  const ledgerFile = join(run.runDir, LEDGER_FILE);
  if (run.over.kind === "ended" && run.over.end.output !== "") {
    const { output } = run.over.end;
    await attempt(() => writeWhole(join(run.runDir, WORKER_LOG_FILE), secrets.redact(output).text));
  }
  // A run that left something stays on the books, so that `clean` finds it.
  if (isClean(residue) && run.over.kind === "ended" && !hasForkPoint) await attempt(() => unregisterRun(run.runId));
  if (statSync(ledgerFile, { throwIfNoEntry: false }) === undefined) {
    throw (
      run.failure ??
      new DrillError("harness", "judge", `The run left no ledger in ${run.runDir}, so there is nothing to judge.`)
    );
  }
  const unwritten: LedgerEntry[] = trouble === null ? [residue] : [withoutSecrets(trouble, secrets), residue];
  await attempt(() => {
    for (let next = unwritten[0]; next !== undefined; next = unwritten[0]) {
      appendToLedger(ledgerFile, next);
      unwritten.shift();
    }
  });
  const reach = await howToReach(run);
  const judged = await judgeRun(run.runDir, unwritten);
  if (unwritten.length > 0) {
    problems.push(
      "result.json and the reports were not written: the ledger, which they must match, lacks its last entries",
    );
  } else {
    await attempt(() => writeResult(run.runDir, judged));
    await attempt(() => writeAllReports(run.runDir, judged));
  }
  return { ...judged, runDir: run.runDir, reach, problems, hasForkPoint };
}

/** Leaves a kept cluster on the books and says how to reach it. */
async function howToReach({ over, runId }: OverRun): Promise<readonly string[] | null> {
  if (over.kind === "ended") return null;
  await markKept(runId);
  return reachLines(over.reach, await howToEnter(runId), runId);
}

/** What the record must say of a worker that did not end in order; null when it did. */
function troubleOf(run: OverRun): TroubleEntry | null {
  const entry = (outcome: TroubleEntry["outcome"], message: string): TroubleEntry => ({
    kind: "trouble",
    atMs: run.nowMs(),
    outcome,
    phase: "run",
    message,
  });
  if (run.killed !== null) return entry("interrupted", run.killed);
  if (run.failure !== null) return entry("broken", run.failure.message);
  if (run.over.kind === "kept" || (run.over.end.exitCode === 0 && run.over.end.signal === null)) return null;
  const { exitCode, signal } = run.over.end;
  const how = signal ?? `exit ${exitCode}`;
  // In namespaces a shell stands between, and says 128 + the signal's number.
  const bySomebody = signal === "SIGKILL" || signal === "SIGTERM" || exitCode === 137 || exitCode === 143;
  return entry(bySomebody ? "interrupted" : "broken", `The drill's worker process ended unexpectedly (${how})`);
}

async function residueOf(run: OverRun, keepsForkPoint: boolean): Promise<ResidueEntry> {
  const found =
    run.over.kind === "kept"
      ? { audited: false, processes: [], folders: [], addresses: [] }
      : await auditResidue(run.runId, { keepsForkPoint });
  return { kind: "residue", atMs: run.nowMs(), ...found };
}

function isClean(residue: ResidueEntry): boolean {
  return residue.processes.length + residue.folders.length + residue.addresses.length === 0;
}
