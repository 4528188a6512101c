/** Finds drills and loads them. Not its business: running them. */
import { readdirSync, statSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { DrillError, messageOf } from "../core/index.ts";
import type { Drill } from "../drill/index.ts";
import type { Objectives } from "../ledger/index.ts";

/** Where a drill is. */
export interface CatalogueEntry {
  /** The name of the scenario's folder, which is also the drill's id. */
  readonly id: string;
  /** Absolute path of the scenario's module. */
  readonly file: string;
}

/** The folder of the package's scenarios: beside harness/, in a clone as in the compiled package. */
export const SCENARIOS_DIR: string = fileURLToPath(new URL("../../scenarios", import.meta.url));

/** The scenario's module: TypeScript in a clone, JavaScript in the compiled package. */
const MODULE_NAMES = ["drill.ts", "drill.js"];

const ID = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** All drills below `dir`, by name. Empty when there is no such folder. */
export function catalogue(dir: string = SCENARIOS_DIR): readonly CatalogueEntry[] {
  let names: string[];
  try {
    names = readdirSync(dir);
  } catch {
    return [];
  }
  return names
    .filter((name) => ID.test(name))
    .sort()
    .flatMap((id) => {
      const file = moduleIn(join(dir, id));
      return file === undefined ? [] : [{ id, file }];
    });
}

/**
 * The drill of a path given on the command line: a scenario's folder, or its module.
 * @throws DrillError `usage` when nothing is there, or its folder's name cannot be a drill's id.
 */
export function drillAtPath(path: string, cwd: string): CatalogueEntry {
  const absolute = resolve(cwd, path);
  const stats = statSync(absolute, { throwIfNoEntry: false });
  const file = stats?.isDirectory() === true ? moduleIn(absolute) : absolute;
  if (stats === undefined || file === undefined) {
    throw new DrillError(
      "usage",
      "command line",
      `No drill at ${path}: expected a folder with a drill.ts, or the path of a drill.ts.`,
    );
  }
  const id = basename(dirname(file));
  if (!ID.test(id)) {
    throw new DrillError(
      "usage",
      "command line",
      `${path}: a drill is named after its folder, and ${id} is not a name such as etcd-quorum-loss.`,
    );
  }
  return { id, file };
}

/**
 * Imports a scenario.
 * @throws DrillError `harness` when it cannot be imported or is not a drill; the message names the file and what is missing.
 */
export async function loadDrill(entry: CatalogueEntry): Promise<Drill> {
  let module: { readonly default?: unknown };
  try {
    module = (await import(pathToFileURL(entry.file).href)) as { readonly default?: unknown };
  } catch (error) {
    throw new DrillError("harness", "load scenario", `${entry.file} could not be imported: ${messageOf(error)}`, {
      cause: error,
    });
  }
  const problem = problemOf(module.default, entry.id);
  if (problem !== undefined) {
    throw new DrillError(
      "harness",
      "load scenario",
      `${entry.file} ${problem} (docs/writing-a-drill.md shows a whole one).`,
    );
  }
  return module.default as Drill;
}

/** A path for people and for the record: relative to the folder of the command, or to the package when it lies in it. */
export function shownPath(file: string, cwd: string): string {
  const inPackage = relative(dirname(SCENARIOS_DIR), file);
  if (!inPackage.startsWith("..") && !isAbsolute(inPackage)) return inPackage;
  return relative(cwd, file);
}

function moduleIn(dir: string): string | undefined {
  return MODULE_NAMES.map((name) => join(dir, name)).find(
    (file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true,
  );
}

/** What keeps a module's default export from being a drill. The types say the rest; a scenario in plain JavaScript has no other guard. */
function problemOf(value: unknown, id: string): string | undefined {
  if (typeof value !== "object" || value === null)
    return "has no drill as its default export: expected `const drill: Drill = {...}; export default drill`";
  const drill = value as Partial<Record<keyof Drill, unknown>>;
  for (const name of ["id", "title", "proves", "runbook"] as const) {
    if (typeof drill[name] !== "string" || drill[name] === "") return `declares no ${name}: expected a text`;
  }
  for (const name of ["system", "fault", "recoveryPoint", "objectives", "membership", "controls"] as const) {
    if (typeof drill[name] !== "object" || drill[name] === null) return `declares no ${name}: expected an object`;
  }
  const { lostWrites, lostWritesReason } = drill.objectives as Partial<Objectives>;
  if (lostWrites !== 0 && typeof lostWritesReason !== "string")
    return "allows lost writes without a reason: expected objectives.lostWritesReason to say why";
  if (typeof drill.roles !== "function") return "declares no roles: expected a function that binds them";
  if (drill.id !== id)
    return `declares the id ${JSON.stringify(drill.id)} in a folder named ${id}: expected both to be equal`;
  return undefined;
}
