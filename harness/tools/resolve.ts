/** Decides where the programs come from: the places are asked in order, and the first one that has them all is taken. */
import { DrillError, messageOf } from "../core/index.ts";
import { DQLITE } from "./dqlite.ts";
import { ETCD } from "./etcd.ts";
import { KUBERNETES } from "./kubernetes.ts";
import { thisMachine } from "./machine.ts";
import type { ProgramFamily, ProgramSource, ResolvedProgram, ToolMachine } from "./program.ts";
import { goSource } from "./source-go.ts";
import { isAtLeast } from "./version.ts";

/** Every family of programs that is known here. */
export const FAMILIES: readonly ProgramFamily[] = [ETCD, DQLITE, KUBERNETES];

/** The places in the order in which they are asked. All but the first are loaded when they are needed. */
export const SOURCES: readonly (() => Promise<ProgramSource>)[] = [
  () => Promise.resolve(goSource),
  async () => (await import("./source-path.ts")).pathSource,
  async () => (await import("./source-docker.ts")).dockerSource,
  async () => (await import("./source-debian.ts")).debianSource,
];

export interface ResolveOptions {
  /** Told what is going on, one line at a time; silent when all is there. */
  progress(line: string): void;
  readonly signal?: AbortSignal;
  /** Default: this machine. */
  readonly machine?: ToolMachine;
  /** The version that is wanted, by the family's name, e.g. `{ etcd: "3.5.21" }`. Left out: what the first place has. */
  readonly versions?: Readonly<Record<string, string>>;
}

/**
 * A program of a version of its own, beside the drill's: `etcd@3.6.14` is known as `etcd-3.6.14` where it is put, as when an
 * operator brings a newer binary along.
 */
const OF_A_VERSION = /^([^@]+)@([^@]+)$/;

/**
 * The named programs, ready to run, in the order of the names. What is missing is made, which can take minutes the
 * first time; a start that finds all of it reads a few small files and starts nothing.
 *
 * @throws DrillError `environment` when no place has them, saying what each place lacks and the remedy;
 * `usage` for a version that cannot be had, or of a program that is not among the names; `harness` for a name that nobody
 * knows; `interrupted` when the signal aborts.
 */
export async function resolvePrograms(
  names: readonly string[],
  options: ResolveOptions,
): Promise<readonly ResolvedProgram[]> {
  const machine = options.machine ?? thisMachine();
  refuseVersions(
    options.versions ?? {},
    names.filter((name) => !OF_A_VERSION.test(name)),
  );
  const resolved = new Map<string, ResolvedProgram>();
  for (const name of names) {
    if (resolved.has(name)) continue;
    const [, plain, version] = OF_A_VERSION.exec(name) ?? [];
    if (plain !== undefined && version !== undefined) {
      resolved.set(name, await resolveOther(plain, version, machine, options));
      continue;
    }
    for (const program of await resolveFamily(familyOf(name), machine, options)) resolved.set(program.name, program);
  }
  return names.flatMap((name) => resolved.get(name) ?? []);
}

async function resolveOther(
  name: string,
  version: string,
  machine: ToolMachine,
  options: ResolveOptions,
): Promise<ResolvedProgram> {
  const family = familyOf(name);
  const programs = await resolveFamily(family, machine, { ...options, versions: { [family.name]: version } });
  const program = programs.find((one) => one.name === name);
  if (program === undefined) throw new RangeError(`${family.name} ${version} came without ${name}`);
  return { ...program, name: `${name}-${version}` };
}

function familyOf(name: string): ProgramFamily {
  const family = FAMILIES.find(({ programs }) => programs.some((program) => program.name === name));
  if (family === undefined) throw new DrillError("harness", "programs", `Nobody here knows the program ${name}.`);
  return family;
}

/** A version that nobody would use, or that no drill can, is a mistake on the command line. */
function refuseVersions(versions: Readonly<Record<string, string>>, names: readonly string[]): void {
  const families = [...new Set(names.map(familyOf))];
  for (const [name, version] of Object.entries(versions)) {
    const family = families.find((one) => one.name === name);
    if (family === undefined) {
      const used = families.map((one) => `${one.name} (${one.programs.map((program) => program.name).join(", ")})`);
      const message = `The drill does not use ${name}, so it cannot run with ${name} ${version}. It uses ${used.join(", ") || "no program"}.`;
      throw new DrillError("usage", "programs", message);
    }
    const { minimum } = family;
    if (!isAtLeast(version, minimum.version)) {
      const message = `${name} ${version} cannot be drilled: ${minimum.version} is needed, because ${minimum.because}.`;
      throw new DrillError("usage", "programs", message);
    }
  }
}

async function resolveFamily(
  family: ProgramFamily,
  machine: ToolMachine,
  options: ResolveOptions,
): Promise<readonly ResolvedProgram[]> {
  const version = options.versions?.[family.name];
  const lacks: string[] = [];
  for (const load of SOURCES) {
    if (options.signal?.aborted === true) {
      throw new DrillError("interrupted", "programs", `Stopped while looking for the programs of ${family.name}.`);
    }
    const source = await load();
    if (!family.places.includes(source.id)) continue;
    const look = await source.look(family, machine, version);
    if (look.kind === "ready") {
      const other = look.programs.find((program) => version !== undefined && program.version !== version);
      if (other === undefined) return look.programs;
      lacks.push(`  ${source.title}: ${other.name} is ${other.version} there.`);
      continue;
    }
    if (look.kind === "absent") {
      lacks.push(`  ${source.title}: ${look.reason}. Remedy: ${look.remedy}.`);
      continue;
    }
    if (version !== undefined && source !== goSource) {
      lacks.push(`  ${source.title}: which version it has shows only when it was fetched, so it is not tried.`);
      continue;
    }
    try {
      return await source.obtain(family, machine, { ...options, version });
    } catch (error) {
      if (!(error instanceof DrillError && error.code === "environment")) throw error;
      // Said at once, so that nobody wonders why an older version runs.
      options.progress(`${source.title}: ${messageOf(error)}; looking elsewhere`);
      lacks.push(`  ${source.title}: ${messageOf(error)}`);
    }
  }
  const names = family.programs
    .map(({ name }) => name)
    .join(", ")
    .concat(version === undefined ? "" : ` ${version}`);
  throw new DrillError(
    "environment",
    "programs",
    `The drill needs ${names}; no place has them all:\n${lacks.join("\n")}\n` +
      "Any one of these remedies is enough; `drillbook doctor` looks again.",
  );
}
