/** `merge`: the suites of several shards become one. Not its business: judging it (integrity/suite). */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { DrillError, exitCodeOf, messageOf } from "../core/index.ts";
import { mergeSuites, parseSuite, type SuitePart } from "../integrity/index.ts";
import { SUITE_FILE } from "./run-folder.ts";
import { newSuiteId } from "./run-id.ts";
import type { Terminal } from "./terminal.ts";
import { showSuite } from "./write-suite.ts";

export interface MergeCommand {
  /** Folders of runs, one of each shard. */
  readonly folders: readonly string[];
  readonly out: string;
}

/**
 * Copies the runs of all folders into `out` and judges their suites as one.
 * @returns the exit code of the verdict; a shard that is missing leaves it inconclusive.
 * @throws DrillError `usage` when a folder holds no suite of one command, or more than one; then nothing is written.
 */
export async function merge({ folders, out }: MergeCommand, terminal: Terminal): Promise<number> {
  const places = folders.map((folder) => ({ folder, path: resolve(terminal.cwd, folder) }));
  const parts = places.map(({ folder, path }) => partIn(path, folder));
  const outDir = resolve(terminal.cwd, out);
  for (const { path } of places) if (path !== outDir) copyRuns(path, outDir);
  const suite = mergeSuites(parts);
  await showSuite(suite, { terminal, shown: terminal.stdout, outDir, suiteId: newSuiteId() });
  return exitCodeOf(suite.outcome);
}

function partIn(path: string, folder: string): SuitePart {
  const names = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true ? readdirSync(path) : [];
  const suites = names.filter((name) => existsSync(join(path, name, SUITE_FILE)));
  const [name, ...more] = suites;
  if (name === undefined || more.length > 0) {
    const seen = name === undefined ? "no suite" : `${suites.length} suites (${suites.join(", ")})`;
    throw usage(`${folder} holds ${seen}: expected the folder that --out of one sharded \`run\` wrote into.`);
  }
  const file = join(path, name, SUITE_FILE);
  try {
    const { parts, selected, drills, notStarted, skipped } = parseSuite(readFileSync(file, "utf8"));
    const [part, ...others] = parts;
    if (part === undefined || others.length > 0) throw usage(`${file} was merged already: give the shards themselves.`);
    return { ...part, selected, drills, notStarted, skipped };
  } catch (error) {
    if (error instanceof DrillError) throw error;
    throw usage(`${file} cannot be read: ${messageOf(error)}`);
  }
}

/** A run has a name of its own wherever it ran, so that none takes another's place. */
function copyRuns(from: string, to: string): void {
  mkdirSync(to, { recursive: true });
  for (const name of readdirSync(from)) {
    if (existsSync(join(to, name))) throw usage(`${join(to, name)} is there already: give an --out of its own.`);
    cpSync(join(from, name), join(to, name), { recursive: true, errorOnExist: true });
  }
}

function usage(message: string): DrillError {
  return new DrillError("usage", "merge", message);
}
