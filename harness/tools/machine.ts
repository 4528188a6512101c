/** The machine as it is: where programs are looked for and kept. Reads the environment once; starts nothing. */
import { accessSync, constants, statSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, isAbsolute, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ToolMachine } from "./program.ts";

/** This machine. The cache is `$XDG_CACHE_HOME/drillbook`, by default `~/.cache/drillbook`. */
export function thisMachine(environment: NodeJS.ProcessEnv = process.env): ToolMachine {
  const xdg = environment["XDG_CACHE_HOME"];
  return {
    // A relative folder on PATH would mean something else after every change of directory.
    searchPath: (environment["PATH"] ?? "").split(delimiter).filter((folder) => isAbsolute(folder)),
    // The XDG rules say that a relative value is to be ignored.
    cacheDir: join(xdg !== undefined && isAbsolute(xdg) ? xdg : join(homedir(), ".cache"), "drillbook"),
    pinsDir: fileURLToPath(new URL("../../fixtures/programs", import.meta.url)),
    imagesDir: fileURLToPath(new URL("../../fixtures/images", import.meta.url)),
    aptDir: "/etc/apt",
    environment,
  };
}

/** The absolute path of an executable on the machine's search path, or undefined. */
export function findOnPath(machine: ToolMachine, name: string): string | undefined {
  for (const folder of machine.searchPath) {
    const path = join(folder, name);
    try {
      if (!statSync(path).isFile()) continue;
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not here, or not for us: the next folder.
    }
  }
  return undefined;
}
