/** Programs that the machine has already. Their version is whatever they say; it goes into the record. */
import { createHash } from "node:crypto";
import { mkdirSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { DrillError, messageOf } from "../core/index.ts";
import { findOnPath } from "./machine.ts";
import { installedLibraries, installedVersion } from "./packages.ts";
import type { ProgramFamily, ProgramKind, ProgramSource, ResolvedProgram, ToolMachine } from "./program.ts";
import { isFresh, readStamps, resolved, stampProgram, writeStamps, type Packaged } from "./stamp.ts";
import { isAtLeast } from "./version.ts";

export const pathSource: ProgramSource = {
  id: "path",
  title: "on PATH",
  because: "second, because these are here already; their version is the machine's, and the record says which",
  async look(family, machine) {
    const { version: minimum, because } = family.minimum;
    const names = family.programs.map(({ name }) => name);
    const packages =
      family.debian === null
        ? ""
        : ` (Debian ${family.debian.release}: apt-get install ${family.debian.packages.join(" ")})`;
    const remedy = `put ${names.join(", ")} ${minimum} or later on PATH${packages}`;
    const programs: ResolvedProgram[] = [];
    for (const kind of family.programs) {
      const path = findOnPath(machine, kind.name);
      if (path === undefined) return { kind: "absent", reason: `no ${kind.name} on PATH`, remedy };
      try {
        programs.push(await identify(family, kind, realpathSync(path), machine));
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
async function identify(
  family: ProgramFamily,
  kind: ProgramKind,
  path: string,
  machine: ToolMachine,
): Promise<ResolvedProgram> {
  const stampsDir = join(machine.cacheDir, "stamps");
  const file = join(stampsDir, `${createHash("sha256").update(path).digest("hex").slice(0, 16)}.json`);
  let stamp = readStamps(file).find(({ name }) => name === kind.name);
  if (stamp === undefined || !isFresh(stamp, path)) {
    const packaged = kind.versionPattern === null ? await installed(family, path, machine) : undefined;
    stamp = await stampProgram(kind, path, machine, { packaged });
    try {
      mkdirSync(stampsDir, { recursive: true });
      writeStamps(file, [stamp]);
    } catch {
      // A cache that cannot be written only costs the next start the same question.
    }
  }
  return resolved(stamp, "path", path);
}

async function installed({ debian }: ProgramFamily, path: string, machine: ToolMachine): Promise<Packaged> {
  return {
    version: await installedVersion(machine, path),
    libraries: await installedLibraries(machine, debian?.libraries ?? []),
  };
}
