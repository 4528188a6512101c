/** Programs built here from pinned Go modules, and kept: the same version on every machine. */
import { readdirSync, renameSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { DrillError, formatMs } from "../core/index.ts";
import { runCommand } from "./command.ts";
import { findGo, NEEDED_GO, type Go } from "./go.ts";
import { keep, keptFolders, readKept, restampKept } from "./kept.ts";
import { BUILD_FLAGS, readPins, type Pins } from "./pins.ts";
import type { ObtainOptions, ProgramFamily, ProgramSource, ResolvedProgram, ToolMachine } from "./program.ts";

/** How often a build says how far it is. */
const PROGRESS_PERIOD_MS = 3_000;

export const goSource: ProgramSource = {
  id: "cache",
  title: "built from pinned Go modules",
  because: "first, because only here the version is the one that the drills were written and tested with",
  async look(family, machine) {
    const pins = readPins(family, machine);
    const go = await findGo(machine);
    const exact = go?.newEnough === true ? folderName(family, pins, go) : undefined;
    const prefix = `${family.name}-${pins.version}-${pins.digest}-go`;
    // Without a Go to build with, one that was built from the same pins by another Go is as good.
    const candidates = exact === undefined ? keptFolders(machine, prefix).toReversed() : [exact];
    for (const name of candidates) {
      const programs = readKept(family, machine, name, "cache");
      if (programs !== undefined) return { kind: "ready", programs };
    }
    const remedy = `install Go ${NEEDED_GO} or later; ${family.name} ${pins.version} is then built once`;
    if (go === undefined) return { kind: "absent", reason: "no Go on PATH", remedy };
    if (!go.newEnough) return { kind: "absent", reason: `Go ${go.version} is older than ${NEEDED_GO}`, remedy };
    return { kind: "obtainable", how: `build ${family.name} ${pins.version} with Go ${go.version}, once, 1-2 minutes` };
  },
  async obtain(family, machine, options) {
    const pins = readPins(family, machine);
    const go = await findGo(machine);
    if (go === undefined) throw new DrillError("environment", "programs", "Go is not on PATH any more.");
    const name = folderName(family, pins, go);
    return (
      (await restampKept(family, machine, name, "cache")) ??
      (await keep(family, machine, {
        name,
        source: "cache",
        signal: options.signal,
        fill: (folder) => build(family, machine, { pins, go, folder, ...options }),
        check: (programs) => expectPinned(programs, pins),
      }))
    );
  },
};

/** All that decides what the build gives is in the name, so a change of any of it never finds what another left. */
function folderName(family: ProgramFamily, pins: Pins, go: Go): string {
  return `${family.name}-${pins.version}-${pins.digest}-go${go.version}`;
}

async function build(
  family: ProgramFamily,
  machine: ToolMachine,
  { pins, go, folder, progress, signal }: ObtainOptions & { pins: Pins; go: Go; folder: string },
): Promise<void> {
  const names = family.programs.map(({ name }) => name).join(", ");
  progress(`building ${names} ${pins.version} with Go ${go.version}: only the first time, 1-2 minutes`);
  const startedMs = performance.now();
  const elapsed = (): string => formatMs(performance.now() - startedMs);
  let downloaded = 0;
  let compiled = 0;
  const beat = setInterval(() => {
    progress(`  ${downloaded} modules downloaded, ${compiled} packages compiled, ${elapsed()}`);
  }, PROGRESS_PERIOD_MS);
  try {
    const packages = family.programs.map(({ goPackage }) => goPackage);
    const result = await runCommand(machine, go.path, ["build", "-v", ...BUILD_FLAGS, "-o", folder, ...packages], {
      cwd: pins.folder,
      // The build must depend on the pins alone: not on a workspace around the clone, on flags set for other projects,
      // or on another Go that this one would fetch.
      environment: { CGO_ENABLED: "0", GOFLAGS: "", GOWORK: "off", GOTOOLCHAIN: "local" },
      signal,
      onErrorLine: (line) => {
        if (line.startsWith("go: downloading ")) downloaded++;
        else compiled++;
      },
    });
    if (!result.ok) {
      throw new DrillError("environment", "programs", `go build of ${names} ${pins.version} failed: ${result.trouble}`);
    }
  } finally {
    clearInterval(beat);
  }
  for (const { name, goPackage } of family.programs) {
    const built = builtName(goPackage);
    if (built !== name && readdirSync(folder).includes(built)) renameSync(join(folder, built), join(folder, name));
  }
  progress(`built ${names} ${pins.version} in ${elapsed()}`);
}

/** `go build` names a program after the last part of its package that is not a major version. */
function builtName(goPackage: string): string {
  return /^v\d+$/.test(basename(goPackage)) ? basename(dirname(goPackage)) : basename(goPackage);
}

function expectPinned(programs: readonly ResolvedProgram[], pins: Pins): void {
  for (const { name, version } of programs) {
    if (version !== pins.version) {
      throw new DrillError("harness", "programs", `Built ${name} ${pins.version}, but it says it is ${version}.`);
    }
  }
}
