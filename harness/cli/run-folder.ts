/** A run's folder below `reports/`: its making, the names of its files, files that are written whole or not at all. */
import { mkdirSync, renameSync, rmdirSync, rmSync, statSync, type Stats, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { DrillError, messageOf } from "../core/index.ts";
import { didYouMean } from "./nearest.ts";
import { pastRuns } from "./past-runs.ts";

export const LEDGER_FILE = "ledger.ndjson";
export const RESULT_FILE = "result.json";
export const LOST_KEYS_FILE = "lost-keys.txt";
/** The record of a set of repeats, in the set's folder. */
export const SET_FILE = "set.ndjson";
export const REPEATS_FILE = "repeats.json";
/** The verdict over a page that is declared to fail and its corrected page. */
export const DECLARED_FILE = "declared.json";
export const EVIDENCE_FOLDER = "evidence";
/** The verdict over several drills of one command, in its folder. */
export const SUITE_FILE = "suite.json";
/** What the worker wrote beside the ledger: empty, and then absent, in a sound run. */
export const WORKER_LOG_FILE = "evidence/worker.log";

/** A new folder of a run or a set; `undo` removes what was made, as long as nothing was recorded in it. */
export interface NewRunFolder {
  readonly runDir: string;
  undo(): void;
}

/**
 * Makes the folder of a new run, and `outDir` when it is not there.
 * @throws DrillError `environment` when it cannot be made or written in.
 */
export function makeRunFolder(outDir: string, runId: string): NewRunFolder {
  return makeFolder(outDir, runId, [EVIDENCE_FOLDER]);
}

/**
 * Makes the folder of a new set of runs; they have theirs beside it.
 * @throws DrillError `environment` when it cannot be made or written in.
 */
export function makeSetFolder(outDir: string, setId: string): NewRunFolder {
  return makeFolder(outDir, setId, []);
}

function makeFolder(outDir: string, name: string, inside: readonly string[]): NewRunFolder {
  const runDir = join(outDir, name);
  try {
    const firstMade = mkdirSync(outDir, { recursive: true });
    mkdirSync(runDir);
    for (const folder of inside) mkdirSync(join(runDir, folder));
    return { runDir, undo: () => removeMade(runDir, firstMade === undefined ? null : outDir) };
  } catch (error) {
    throw new DrillError(
      "environment",
      "make run folder",
      `The folder ${runDir} could not be made: ${messageOf(error)}. Nothing was started. Give a folder that can be written with --out.`,
      { cause: error },
    );
  }
}

/** Another run may use the same new `outDir` by now: that one goes only when it is empty. */
function removeMade(runDir: string, madeOutDir: string | null): void {
  rmSync(runDir, { recursive: true, force: true });
  if (madeOutDir === null) return;
  try {
    rmdirSync(madeOutDir);
  } catch {
    // It is not empty: it is somebody's.
  }
}

/**
 * The folder of a stored run that was named on the command line: the folder, or its ledger file.
 * @throws DrillError `usage` when there is no ledger.
 */
export function storedRunFolder(path: string, cwd: string): string {
  const absolute = resolve(cwd, path);
  const stats = look(absolute, path);
  const folder = stats?.isFile() === true && basename(absolute) === LEDGER_FILE ? dirname(absolute) : absolute;
  const ledger = look(join(folder, LEDGER_FILE), path);
  if (ledger?.isFile() === true) return folder;
  const nearest = didYouMean(
    basename(absolute),
    pastRuns(dirname(absolute)).map((run) => run.runId),
  );
  const seen =
    stats === undefined
      ? "there is no such folder"
      : ledger === undefined
        ? `it holds no ${LEDGER_FILE}`
        : `its ${LEDGER_FILE} is no plain file`;
  throw new DrillError("usage", "find run", `${path} is not the folder of a run: ${seen}.${nearest}`);
}

/** The folder of a stored set of repeats that was named on the command line; null when it is none. */
export function storedSetFolder(path: string, cwd: string): string | null {
  const absolute = resolve(cwd, path);
  const folder = basename(absolute) === SET_FILE ? dirname(absolute) : absolute;
  return look(join(folder, SET_FILE), path)?.isFile() === true ? folder : null;
}

/** What is at a place; undefined when nothing is, also below what is no folder. */
function look(place: string, named: string): Stats | undefined {
  try {
    return statSync(place, { throwIfNoEntry: false });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOTDIR") return undefined;
    throw new DrillError("environment", "find run", `${named} cannot be looked into: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

/** Writes a file whole or not at all: a reader never sees half of it, and an older one stays when it fails. */
export function writeWhole(file: string, text: string): void {
  const half = `${file}.${process.pid}.part`;
  try {
    writeFileSync(half, text);
    renameSync(half, file);
  } catch (error) {
    rmSync(half, { force: true });
    throw new DrillError("environment", "write result", `${file} could not be written: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
