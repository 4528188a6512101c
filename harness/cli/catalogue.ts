/** Where scenarios are. Not its business: loading them (load-scenario.ts), which of them were asked for (select-drills.ts). */
import { readdirSync, statSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { DrillError } from "../core/index.ts";

/** Where a drill is. */
export interface CatalogueEntry {
  /** The drill's full name; that of the scenario's folder alone stands for all drills in it. */
  readonly id: string;
  /** Absolute path of the scenario's module. */
  readonly file: string;
}

/** The folder of the package's scenarios: beside harness/, in a clone as in the compiled package. */
export const SCENARIOS_DIR: string = fileURLToPath(new URL("../../scenarios", import.meta.url));

/** The scenario's module: TypeScript in a clone, JavaScript in the compiled package. */
const MODULE_NAMES = ["drill.ts", "drill.js"];

/** Words in small letters and digits, joined by dashes: the name of a scenario's folder, and that of a case. */
export const NAME: RegExp = /^[a-z0-9]+(-[a-z0-9]+)*$/;

/** All scenarios below `dir`, by the names of their folders. Empty when there is no such folder. */
export function catalogue(dir: string = SCENARIOS_DIR): readonly CatalogueEntry[] {
  let names: string[];
  try {
    names = readdirSync(dir);
  } catch {
    return [];
  }
  return names
    .filter((name) => NAME.test(name))
    .sort()
    .flatMap((id) => {
      const file = moduleIn(join(dir, id));
      return file === undefined ? [] : [{ id, file }];
    });
}

/**
 * The scenario of a path given on the command line: its folder, or its module.
 * @throws DrillError `usage` when nothing is there, or its folder's name cannot be a drill's id.
 */
export function scenarioAtPath(path: string, cwd: string): CatalogueEntry {
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
  if (!NAME.test(id)) {
    throw new DrillError(
      "usage",
      "command line",
      `${path}: a drill is named after its folder, and ${id} is not a name such as etcd-quorum-loss.`,
    );
  }
  return { id, file };
}

/** The scenario's folder in the full name of a drill. */
export function folderOf(drillId: string): string {
  return drillId.split(".", 1)[0] ?? drillId;
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
