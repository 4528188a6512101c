/**
 * Versions that nobody pinned: their modules are chosen when one is first asked for, by Go's own rule (the least version
 * that every requirement allows), so that two machines choose the same. Not its business: the build (source-go.ts).
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DrillError } from "../core/index.ts";
import { runCommand } from "./command.ts";
import type { Go } from "./go.ts";
import { buildFlags, pinnedVersions } from "./pins.ts";
import type { ProgramFamily, ToolMachine } from "./program.ts";
import { isAtLeast } from "./version.ts";

/** Go chooses the modules that are missing and writes them, with their sums, beside the programs. */
export function unpinnedFlags(family: ProgramFamily, version: string): readonly string[] {
  return buildFlags(family, version).map((flag) => (flag === "-mod=readonly" ? "-mod=mod" : flag));
}

/** A list of versions is a question of some hundred bytes. */
const ANSWER_WITHIN_MS = 60_000;

/** Writes a go.mod that requires the family's modules at one version. */
export function requireVersion(family: ProgramFamily, version: string, folder: string): void {
  const packages = family.programs.flatMap(({ goPackage }) => goPackage ?? []);
  const requirements = packages.map((name) => `\t${name} v${version}\n`).toSorted();
  writeFileSync(
    join(folder, "go.mod"),
    `module drillbook.invalid/programs/${family.name}\n\ngo 1.25.0\n\nrequire (\n${requirements.join("")})\n`,
  );
}

/**
 * Asks where Go has its modules from whether the version is there.
 * @throws DrillError `usage` when it is not, or nothing of the family is built without pins, naming those that can be had; `environment` when nobody answers.
 */
export async function expectPublished(
  family: ProgramFamily,
  machine: ToolMachine,
  { go, version, signal }: { readonly go: Go; readonly version: string; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  if (family.go?.buildsUnpinned !== true) {
    const pinned = pinnedVersions(family, machine).join(", ");
    const message = `${family.name} ${version} cannot be had: only what is pinned is built of it, which is ${pinned}.`;
    throw new DrillError("usage", "programs", message);
  }
  const answer = await runCommand(machine, go.path, ["list", "-m", "-versions", family.go.module], {
    cwd: join(machine.pinsDir, family.name),
    environment: { GOFLAGS: "-mod=mod", GOWORK: "off", GOTOOLCHAIN: "local" },
    timeoutMs: ANSWER_WITHIN_MS,
    signal,
  });
  if (!answer.ok) {
    const message = `which versions of ${family.name} there are could not be asked: ${answer.trouble}`;
    throw new DrillError("environment", "programs", message);
  }
  const published = answer.stdout
    .split(/\s+/)
    .slice(1)
    .map((one) => one.replace(/^v/, ""))
    .filter((one) => isAtLeast(one, family.minimum.version));
  if (published.includes(version)) return;
  const releases = published.filter((one) => !one.includes("-"));
  const names = releases.length === 0 ? "none" : releases.join(", ");
  throw new DrillError(
    "usage",
    "programs",
    `${family.name} ${version} cannot be had: its Go module is not published in that version. Those that can be had: ${names}.`,
  );
}
