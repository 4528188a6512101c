/** Finds Go and its version, without starting it where its installation says it in a file. */
import { readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { runCommand } from "./command.ts";
import { findOnPath } from "./machine.ts";
import type { ToolMachine } from "./program.ts";
import { isAtLeast } from "./version.ts";

/** What the pinned go.mod asks for (its `go` line). */
export const NEEDED_GO = "1.25";

export interface Go {
  readonly path: string;
  /** E.g. `1.26.8`. */
  readonly version: string;
  readonly newEnough: boolean;
}

/** The Go on PATH, or undefined when there is none or it does not say its version. */
export async function findGo(machine: ToolMachine): Promise<Go | undefined> {
  const path = findOnPath(machine, "go");
  if (path === undefined) return undefined;
  const said = writtenVersion(path) ?? (await runCommand(machine, path, ["version"], { timeoutMs: 20_000 })).stdout;
  const version = /\bgo(\d+\.\d+(?:\.\d+)?\S*)/.exec(said)?.[1];
  return version === undefined ? undefined : { path, version, newEnough: isAtLeast(version, NEEDED_GO) };
}

/** The first line of the VERSION file at the root of Go's installation: asking `go version` costs a start 10-30 ms. */
function writtenVersion(path: string): string | undefined {
  try {
    const [line] = readFileSync(join(dirname(realpathSync(path)), "..", "VERSION"), "utf8").split("\n");
    return line?.startsWith("go") === true ? line : undefined;
  } catch {
    return undefined;
  }
}
