/** Programs built here from pinned Go modules, and kept: the same version on every machine. */
import { readdirSync, renameSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { DrillError, formatMs } from "../core/index.ts";
import { runCommand } from "./command.ts";
import { findGo, NEEDED_GO, type Go } from "./go.ts";
import { keep, keptFolders, readKept, restampKept } from "./kept.ts";
import { buildFlags, pinsOf, readPins, type Pins } from "./pins.ts";
import type { ObtainOptions, ProgramFamily, ProgramSource, ResolvedProgram, ToolMachine } from "./program.ts";
import type { Packaged } from "./stamp.ts";
import { expectPublished, requireVersion, unpinnedFlags } from "./unpinned.ts";

/** How often a build says how far it is. */
const PROGRESS_PERIOD_MS = 3_000;

export const goSource: ProgramSource = {
  id: "cache",
  title: "built from pinned Go modules",
  because:
    "first, because only here the version is the one that the drills were written and tested with, or the one that was asked for",
  async look(family, machine, wanted) {
    const recipe = recipeOf(family, machine, wanted);
    const go = await findGo(machine);
    const exact = go?.newEnough === true ? folderName(family, recipe, go) : undefined;
    const prefix = `${family.name}-${recipe.version}-${recipe.digest}-go`;
    // Without a Go to build with, one that was built from the same pins by another Go is as good.
    const candidates = exact === undefined ? keptFolders(machine, prefix).toReversed() : [exact];
    for (const name of candidates) {
      const programs = readKept(family, machine, name, "cache");
      if (programs !== undefined) return { kind: "ready", programs };
    }
    const what = `${family.name} ${recipe.version}`;
    const remedy = `install Go ${NEEDED_GO} or later; ${what} is then built once`;
    if (go === undefined) return { kind: "absent", reason: "no Go on PATH", remedy };
    if (!go.newEnough) return { kind: "absent", reason: `Go ${go.version} is older than ${NEEDED_GO}`, remedy };
    return { kind: "obtainable", how: `build ${what} with Go ${go.version}, once, ${takes(family)}` };
  },
  async obtain(family, machine, options) {
    const recipe = recipeOf(family, machine, options.version);
    const go = await findGo(machine);
    if (go === undefined) throw new DrillError("environment", "programs", "Go is not on PATH any more.");
    const name = folderName(family, recipe, go);
    const restored = await restampKept(family, machine, name, "cache");
    if (restored !== undefined) return restored;
    const { version } = recipe;
    if (recipe.folder === null) await expectPublished(family, machine, { go, version, signal: options.signal });
    return keep(family, machine, {
      name,
      source: "cache",
      signal: options.signal,
      fill: (folder) => build(family, machine, { recipe, go, folder, ...options }),
      check: (programs) => expectVersion(programs, version),
    });
  },
};

/** As `look` and `build` are asked only of what is built here. */
function takes({ go }: ProgramFamily): string {
  return go?.takes ?? "some minutes";
}

/** What is built: the pins of its version; without pins (`folder` is null) Go chooses the modules. */
type Recipe = Pick<Pins, "version" | "digest"> & { readonly folder: string | null };

function recipeOf(family: ProgramFamily, machine: ToolMachine, wanted: string | undefined): Recipe {
  if (wanted === undefined) return readPins(family, machine);
  return pinsOf(family, machine, wanted) ?? { version: wanted, digest: "unpinned", folder: null };
}

/** All that decides what the build gives is in the name, so a change of any of it never finds what another left. */
function folderName(family: ProgramFamily, { version, digest }: Recipe, go: Go): string {
  return `${family.name}-${version}-${digest}-go${go.version}`;
}

async function build(
  family: ProgramFamily,
  machine: ToolMachine,
  { recipe, go, folder, progress, signal }: ObtainOptions & { recipe: Recipe; go: Go; folder: string },
): Promise<ReadonlyMap<string, Packaged>> {
  const names = `${family.programs.map(({ name }) => name).join(", ")} ${recipe.version}`;
  if (recipe.folder === null) requireVersion(family, recipe.version, folder);
  const flags = (recipe.folder === null ? unpinnedFlags : buildFlags)(family, recipe.version);
  progress(`building ${names} with Go ${go.version}: only the first time, ${takes(family)}`);
  const startedMs = performance.now();
  const elapsed = (): string => formatMs(performance.now() - startedMs);
  let downloaded = 0;
  let compiled = 0;
  const beat = setInterval(() => {
    progress(`  ${downloaded} modules downloaded, ${compiled} packages compiled, ${elapsed()}`);
  }, PROGRESS_PERIOD_MS);
  try {
    const packages = family.programs.flatMap(({ goPackage }) => goPackage ?? []);
    const result = await runCommand(machine, go.path, ["build", "-v", ...flags, "-o", folder, ...packages], {
      cwd: recipe.folder ?? folder,
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
      throw new DrillError("environment", "programs", `go build of ${names} failed: ${result.trouble}`);
    }
  } finally {
    clearInterval(beat);
  }
  for (const { name, goPackage } of family.programs) {
    if (goPackage === null) continue;
    const built = builtName(goPackage);
    if (built !== name && readdirSync(folder).includes(built)) renameSync(join(folder, built), join(folder, name));
  }
  progress(`built ${names} in ${elapsed()}`);
  return new Map();
}

/** `go build` names a program after the last part of its package that is not a major version. */
function builtName(goPackage: string): string {
  return /^v\d+$/.test(basename(goPackage)) ? basename(dirname(goPackage)) : basename(goPackage);
}

function expectVersion(programs: readonly ResolvedProgram[], expected: string): void {
  for (const { name, version } of programs) {
    if (version !== expected) {
      throw new DrillError("harness", "programs", `Built ${name} ${expected}, but it says it is ${version}.`);
    }
  }
}
