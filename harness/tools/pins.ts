/** Reads what is pinned: the version in a family's go.mod, and a digest of all that decides what a build gives. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DrillError, messageOf } from "../core/index.ts";
import type { ProgramFamily, ToolMachine } from "./program.ts";

/**
 * How the programs are built, beside their pins. `-trimpath` and no build id from version control: the same Go and
 * pins give the same bytes anywhere. `-s -w` leaves out symbols that only debuggers read. No cgo: they need no libc.
 */
const BUILD_FLAGS: readonly string[] = ["-mod=readonly", "-trimpath", "-buildvcs=false"];
const LINKER_FLAGS: readonly string[] = ["-s", "-w"];

/** The flags of `go build` for a version of a family. */
export function buildFlags({ go }: Pick<ProgramFamily, "go">, version: string): readonly string[] {
  return [...BUILD_FLAGS, `-ldflags=${[...LINKER_FLAGS, ...(go?.linkerFlags(version) ?? [])].join(" ")}`];
}

export interface Pins {
  /** Folder with go.mod and go.sum. */
  readonly folder: string;
  /** Without the leading v. */
  readonly version: string;
  /** Of go.mod, go.sum and the flags. */
  readonly digest: string;
}

/**
 * The pins of a family: of the version that drills run with unless another one is asked for.
 * @throws DrillError `harness` when its go.mod or go.sum is missing, or pins nothing.
 */
export function readPins(family: ProgramFamily, machine: ToolMachine): Pins {
  return readPinsIn(join(machine.pinsDir, family.name), family);
}

/** The pins of one version; undefined when that version is not among the pinned ones. */
export function pinsOf(family: ProgramFamily, machine: ToolMachine, version: string): Pins | undefined {
  const own = readPins(family, machine);
  if (own.version === version) return own;
  const folder = join(machine.pinsDir, family.name, version);
  return existsSync(join(folder, "go.mod")) ? readPinsIn(folder, family) : undefined;
}

/** Every pinned version, the family's own first. */
export function pinnedVersions(family: ProgramFamily, machine: ToolMachine): readonly string[] {
  const own = readPins(family, machine).version;
  const others = readdirSync(join(machine.pinsDir, family.name)).filter(
    (name) => name !== own && pinsOf(family, machine, name) !== undefined,
  );
  return [own, ...others.toSorted()];
}

function readPinsIn(folder: string, family: ProgramFamily): Pins {
  let manifest: string;
  let sums: string;
  try {
    manifest = readFileSync(join(folder, "go.mod"), "utf8");
    sums = readFileSync(join(folder, "go.sum"), "utf8");
  } catch (cause) {
    throw new DrillError("harness", "programs", `The pins of ${family.name} cannot be read: ${messageOf(cause)}`, {
      cause,
    });
  }
  if (family.go === null) throw new DrillError("harness", "programs", `${family.name} is not built here.`);
  const { module } = family.go;
  const required = manifest.split("\n").find((line) => line.trim().startsWith(`${module} v`));
  const version = required?.trim().split(/\s+/)[1]?.slice(1);
  if (version === undefined) {
    throw new DrillError("harness", "programs", `${join(folder, "go.mod")} does not require ${module}.`);
  }
  const hash = createHash("sha256");
  for (const part of [manifest, sums, ...buildFlags(family, version)]) hash.update(part).update("\0");
  return { folder, version, digest: hash.digest("hex").slice(0, 12) };
}
