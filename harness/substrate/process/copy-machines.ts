/**
 * Copies the folders of machines to a folder of their own, and brings such a copy back for another run. Plain copies, or
 * the file system's own where it shares blocks until they are written (reflink); never hard links: etcd writes its files in place.
 */
import { createHash } from "node:crypto";
import { constants, createReadStream } from "node:fs";
import { access, cp, lstat, mkdir, readdir, readlink } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { DrillError, type RunContext } from "../../core/index.ts";
import type { MachineDigests, MachinesCopy } from "../machines-copy.ts";
import { claimWorkFolder } from "./work-folder.ts";

/** Below a work folder: the home folders, and what was taken out of them (`Node.setAside`). */
export const NODES_FOLDER = "nodes";
export const SET_ASIDE_FOLDER = "set-aside";

/** Copies a folder with all in it. A folder that is not there has no copy. */
export async function copyFolder(from: string, to: string): Promise<void> {
  if (!(await isThere(from))) return;
  await cp(from, to, {
    recursive: true,
    errorOnExist: true,
    force: false,
    preserveTimestamps: true,
    verbatimSymlinks: true,
    mode: constants.COPYFILE_FICLONE,
  });
}

/** What a copy holds, by machine and, as `set-aside`, of what was taken out of them. */
export async function digestMachines(folder: string): Promise<MachineDigests> {
  const names = await readdir(join(folder, NODES_FOLDER));
  const digests: Record<string, string> = {};
  for (const name of names.sort()) digests[name] = await digestFolder(join(folder, NODES_FOLDER, name));
  const aside = join(folder, SET_ASIDE_FOLDER);
  return (await isThere(aside)) ? { ...digests, [SET_ASIDE_FOLDER]: await digestFolder(aside) } : digests;
}

/**
 * Brings a copy into the work folder of a run, which holds no machines yet, and looks whether all of it has come.
 * @throws DrillError `harness` when the folder is not the run's; `environment` when a machine is missing or is not, byte for byte, what was copied.
 */
export async function bringMachinesBack(
  copy: MachinesCopy,
  wanted: MachineDigests,
  run: Pick<RunContext, "runId" | "workDir">,
): Promise<void> {
  const { workDir } = run;
  await claimWorkFolder(run);
  await mkdir(join(workDir, NODES_FOLDER), { recursive: true });
  for (const part of [NODES_FOLDER, SET_ASIDE_FOLDER]) {
    const from = join(copy.folder, part);
    if (await isThere(from))
      for (const name of await readdir(from)) await copyFolder(join(from, name), join(workDir, part, name));
  }
  const found = await digestMachines(workDir);
  const wrong = [...new Set([...Object.keys(wanted), ...Object.keys(found)])].filter(
    (name) => found[name] !== wanted[name],
  );
  if (wrong.length === 0) return;
  const told = wrong
    .map((name) => `${name} is ${found[name] === undefined ? "missing" : "not what was copied"}`)
    .join(", ");
  throw new DrillError(
    "environment",
    "fork",
    `the copy in ${copy.folder} is not whole: ${told}; a fork of it would prove nothing`,
  );
}

/** A hash over the names, kinds, modes and contents of all that is in a folder. */
async function digestFolder(folder: string): Promise<string> {
  const hash = createHash("sha256");
  const take = async (path: string, shown: string): Promise<void> => {
    const stats = await lstat(path);
    const kind = stats.isDirectory() ? "folder" : stats.isSymbolicLink() ? "link" : "file";
    hash.update(`${JSON.stringify([shown, kind, stats.mode & 0o777])}\n`);
    if (kind === "link") hash.update(await readlink(path));
    else if (kind === "file") hash.update(await digestFile(path));
    else for (const name of (await readdir(path)).sort()) await take(join(path, name), `${shown}/${name}`);
  };
  await take(folder, "");
  return hash.digest("hex");
}

async function digestFile(path: string): Promise<Buffer> {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path, { highWaterMark: 1024 * 1024 }), hash);
  return hash.digest();
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
