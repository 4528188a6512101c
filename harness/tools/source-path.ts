/** Programs that the machine has already. Their version is whatever they say; it goes into the record. */
import { createHash } from "node:crypto";
import { mkdirSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { DrillError, messageOf } from "../core/index.ts";
import { findOnPath } from "./machine.ts";
import type { ProgramKind, ProgramSource, ResolvedProgram, ToolMachine } from "./program.ts";
import { isFresh, readStamps, stampProgram, writeStamps } from "./stamp.ts";
import { isAtLeast } from "./version.ts";

export const pathSource: ProgramSource = {
  id: "path",
  title: "on PATH",
  because: "second, because these are here already; their version is the machine's, and the record says which",
  async look(family, machine) {
    const { version: minimum, because } = family.minimum;
    const names = family.programs.map(({ name }) => name);
    const remedy = `put ${names.join(", ")} ${minimum} or later on PATH`;
    const programs: ResolvedProgram[] = [];
    for (const kind of family.programs) {
      const path = findOnPath(machine, kind.name);
      if (path === undefined) return { kind: "absent", reason: `no ${kind.name} on PATH`, remedy };
      try {
        programs.push(await identify(kind, realpathSync(path), machine));
      } catch (error) {
        return { kind: "absent", reason: messageOf(error), remedy };
      }
    }
    const old = programs.find(({ version }) => !isAtLeast(version, minimum));
    if (old !== undefined) {
      return { kind: "absent", reason: `${old.path} is ${old.version}; ${minimum} is needed: ${because}`, remedy };
    }
    return { kind: "ready", programs };
  },
  obtain() {
    return Promise.reject(new DrillError("harness", "programs", "What is on PATH is there or not: nothing is made."));
  },
};

/** Asks the program, unless its file is as it was when it was last asked. */
async function identify(kind: ProgramKind, path: string, machine: ToolMachine): Promise<ResolvedProgram> {
  const stampsDir = join(machine.cacheDir, "stamps");
  const file = join(stampsDir, `${createHash("sha256").update(path).digest("hex").slice(0, 16)}.json`);
  let stamp = readStamps(file).find(({ name }) => name === kind.name);
  if (stamp === undefined || !isFresh(stamp, path)) {
    stamp = await stampProgram(kind, path, machine);
    try {
      mkdirSync(stampsDir, { recursive: true });
      writeStamps(file, [stamp]);
    } catch {
      // A cache that cannot be written only costs the next start the same question.
    }
  }
  return { name: kind.name, version: stamp.version, source: "path", sha256: stamp.sha256, path };
}
