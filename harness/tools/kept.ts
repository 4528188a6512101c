/**
 * Folders of programs in the cache. A folder appears under its name whole or not at all: it is filled under another
 * name and renamed, so that two runs at once do not disturb each other and an aborted one leaves nothing to be believed.
 */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { DrillError, messageOf } from "../core/index.ts";
import type { ProgramFamily, ProgramSourceId, ResolvedProgram, ToolMachine } from "./program.ts";
import {
  digestOf,
  isFresh,
  readStamps,
  resolved,
  stampProgram,
  writeStamps,
  type Packaged,
  type ProgramStamp,
} from "./stamp.ts";

const STAMPS = "programs.json";
const UNFINISHED = ".unfinished-";
/** Longer than any build takes; what is older belongs to a run that was killed. */
const UNFINISHED_FOR_MS = 6 * 3_600_000;

/** The programs kept in the cache folder `name`, or undefined if not all are there as they were stamped. */
export function readKept(
  family: ProgramFamily,
  machine: ToolMachine,
  name: string,
  source: ProgramSourceId,
): readonly ResolvedProgram[] | undefined {
  const folder = join(machine.cacheDir, name);
  const stamps = readStamps(join(folder, STAMPS));
  const found: ResolvedProgram[] = [];
  for (const { name: program } of family.programs) {
    const stamp = stamps.find((one) => one.name === program);
    const path = join(folder, program);
    if (stamp === undefined || !isFresh(stamp, path)) return undefined;
    found.push(resolved(stamp, source, path));
  }
  return found;
}

/**
 * The programs of a cache folder whose files bear other times than their stamps, e.g. after the cache was restored from
 * an archive: they are believed again if they hold the same bytes. Undefined if anything differs.
 */
export async function restampKept(
  family: ProgramFamily,
  machine: ToolMachine,
  name: string,
  source: ProgramSourceId,
): Promise<readonly ResolvedProgram[] | undefined> {
  const folder = join(machine.cacheDir, name);
  const old = readStamps(join(folder, STAMPS));
  const renewed: ProgramStamp[] = [];
  for (const stamp of old) {
    const path = join(folder, stamp.name);
    if (!existsSync(path)) return undefined;
    const stat = statSync(path);
    if ((await digestOf(path)) !== stamp.sha256) return undefined;
    renewed.push({ ...stamp, dataBytes: stat.size, modifiedAtMs: stat.mtimeMs });
  }
  if (renewed.length === 0) return undefined;
  writeStamps(join(folder, STAMPS), renewed);
  return readKept(family, machine, name, source);
}

/** Names of the folders in the cache that begin with `prefix`, in name order. */
export function keptFolders(machine: ToolMachine, prefix: string): readonly string[] {
  try {
    return readdirSync(machine.cacheDir)
      .filter((name) => name.startsWith(prefix))
      .toSorted();
  } catch {
    return []; // No cache yet, or none that can be read: then nothing is kept in it.
  }
}

/**
 * Makes the cache folder `name`: `fill` puts the family's programs into an empty folder, then each is asked for its
 * version, then the folder gets its name.
 *
 * @throws DrillError `environment` when the cache cannot be written, a program does not run, or `check` refuses them;
 * what `fill` throws.
 */
export async function keep(
  family: ProgramFamily,
  machine: ToolMachine,
  options: {
    readonly name: string;
    readonly source: ProgramSourceId;
    readonly signal?: AbortSignal | undefined;
    /** Gives back what packages say of the programs that it put there, by their names; empty where they say it themselves. */
    readonly fill: (folder: string) => Promise<ReadonlyMap<string, Packaged>>;
    /** Throws when these are not the programs that were meant. */
    readonly check?: (programs: readonly ResolvedProgram[]) => void;
  },
): Promise<readonly ResolvedProgram[]> {
  const folder = join(machine.cacheDir, options.name);
  const filling = newFolder(machine.cacheDir);
  try {
    const packaged = await options.fill(filling);
    const stamps: ProgramStamp[] = [];
    for (const kind of family.programs) {
      const of = { signal: options.signal, packaged: packaged.get(kind.name) };
      stamps.push(await stampProgram(kind, join(filling, kind.name), machine, of));
    }
    const programs = stamps.map((stamp) => resolved(stamp, options.source, join(folder, stamp.name)));
    options.check?.(programs);
    writeStamps(join(filling, STAMPS), stamps);
    const kept = giveName(filling, folder, () => readKept(family, machine, options.name, options.source));
    return kept ?? programs;
  } finally {
    rmSync(filling, { recursive: true, force: true });
  }
}

/** Renames; if another run was faster and its folder is good, gives that one's programs back instead. */
function giveName<T>(filling: string, folder: string, readOther: () => T | undefined): T | undefined {
  for (let attempt = 0; attempt < 10; attempt++) {
    try {
      renameSync(filling, folder);
      return undefined;
    } catch (error) {
      const other = readOther();
      if (other !== undefined) return other;
      if (!existsSync(folder)) throw cacheTrouble(folder, error);
      // A folder of that name whose programs are not as stamped. Taken away by a rename too: never seen half removed.
      const discarded = `${filling}.discarded`;
      try {
        renameSync(folder, discarded);
      } catch {
        continue; // Another run has just taken it away.
      }
      rmSync(discarded, { recursive: true, force: true });
    }
  }
  throw cacheTrouble(folder, new Error("other runs replaced it again and again"));
}

function newFolder(cacheDir: string): string {
  try {
    mkdirSync(cacheDir, { recursive: true });
    for (const name of readdirSync(cacheDir)) {
      const path = join(cacheDir, name);
      if (!name.startsWith(UNFINISHED)) continue;
      const stat = statSync(path, { throwIfNoEntry: false });
      if (stat !== undefined && Date.now() - stat.mtimeMs > UNFINISHED_FOR_MS) {
        rmSync(path, { recursive: true, force: true });
      }
    }
    return mkdtempSync(join(cacheDir, UNFINISHED));
  } catch (error) {
    throw cacheTrouble(cacheDir, error);
  }
}

function cacheTrouble(path: string, cause: unknown): DrillError {
  return new DrillError(
    "environment",
    "programs",
    `Cannot keep programs in ${path}: ${messageOf(cause)}. Set XDG_CACHE_HOME to a folder that can be written.`,
    { cause },
  );
}
