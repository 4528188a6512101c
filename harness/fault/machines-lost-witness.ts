/**
 * The witness of disks and machines that are gone: the file system itself, the kernel's own list of processes, the engine of a machine that
 * has one, and connections of its own. It shares nothing with the injector but the names (law 3).
 */
import type { Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { ClusterNode } from "../system/index.ts";
import { connectionTaken } from "./connection-taken.ts";
import { engineListsNone } from "./engine-lists.ts";
import type { ArmOptions, Witness } from "./fault.ts";
import type { Lost } from "./lose-machines.ts";
import { memberProcessState } from "./member-process.ts";
import { recordSightings, type Sighting } from "./sightings.ts";

const GONE = "target-processes-are-gone";
const NOBODY_LISTENS = "nobody-listens-at-the-targets";
const DATA_GONE = "target-data-folders-are-gone";
const EMPTY = "target-machines-hold-programs-only";

/** What it looks for. Each is absent from a healthy cluster. */
export function signsOfLoss(lost: Lost): readonly string[] {
  return [GONE, NOBODY_LISTENS, lost === "disk" ? DATA_GONE : EMPTY];
}

export interface MachinesLostOptions extends Pick<ArmOptions, "recorder" | "run"> {
  readonly targets: readonly ClusterNode[];
  readonly lost: Lost;
}

/** Looks at every target. */
export function machinesLostWitness(options: MachinesLostOptions): Witness {
  const { lost, targets } = options;
  return {
    observe: async (when) =>
      recordSightings(options, when, {
        [GONE]: async () => allOf(targets, async (node) => (await memberProcessState(node)) === null),
        [NOBODY_LISTENS]: async () => allOf(targets, nobodyListens),
        [lost === "disk" ? DATA_GONE : EMPTY]: async () =>
          allOf(targets, lost === "disk" ? async (node) => isGone(dataFolderOf(node)) : holdsProgramsOnly),
      }),
  };
}

/** Seen when it is so of all of them; not known when it is not known of one and so of the others. */
async function allOf(
  targets: readonly ClusterNode[],
  isSo: (node: ClusterNode) => Promise<boolean | null>,
): Promise<Sighting> {
  const found = await Promise.all(targets.map(async (node) => ({ name: node.name, is: await isSo(node) })));
  const words = (is: boolean | null): string => (is === null ? "not known" : is ? "yes" : "no");
  return {
    seen: found.some(({ is }) => is === false) ? false : found.some(({ is }) => is === null) ? null : true,
    detail: found.map(({ name, is }) => `${name}: ${words(is)}`).join(", "),
  };
}

async function nobodyListens({ clientUrl, peerUrl }: ClusterNode): Promise<boolean | null> {
  const taken = await Promise.all([clientUrl, peerUrl].map(async (url) => connectionTaken(new URL(url))));
  return taken.includes(true) ? false : taken.includes(null) ? null : true;
}

function dataFolderOf({ dataDir, machine }: ClusterNode): string {
  return join(machine.homeDir, dataDir);
}

/** @throws for anything but an answer: a folder that cannot be looked at is not gone. */
async function isGone(folder: string): Promise<boolean> {
  try {
    await readdir(folder);
    return false;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return true;
    throw error;
  }
}

/**
 * In its home folder the programs, the file that says whose folder it is (hidden, as are files that a shell may leave), and folders in which no file is
 * (`NodeOptions.atRoot`); no folder of data there. A virtual machine has neither data nor any other of the cluster's folders on its disk, and
 * its engine no container; of one whose disk or engine cannot be looked at that is not known.
 */
async function holdsProgramsOnly(node: ClusterNode): Promise<boolean | null> {
  const { dataDir, machine, onOwnDisk = [] } = node;
  const ownDisk = machine.ownDisk();
  const own =
    ownDisk === null ? [] : await Promise.all([dataDir, ...onOwnDisk].map(async (one) => isGone(join(ownDisk, one))));
  const entries = await readdir(machine.homeDir, { withFileTypes: true });
  const shown = entries.filter(({ name }) => !name.startsWith("."));
  const besides = await Promise.all(shown.filter(({ name }) => name !== "bin").map(holdsNoFile));
  const atHome = shown.length === besides.length + 1 && !besides.includes(false) && (await isGone(dataFolderOf(node)));
  if (!atHome || own.includes(false)) return false;
  if (ownDisk === null && onOwnDisk.length > 0) return null;
  return machine.engine() === null ? true : (await engineListsNone(node, "containers")).seen;
}

async function holdsNoFile(entry: Dirent): Promise<boolean> {
  if (!entry.isDirectory()) return false;
  const within = await readdir(join(entry.parentPath, entry.name), { recursive: true, withFileTypes: true });
  return within.every((one) => one.isDirectory());
}
