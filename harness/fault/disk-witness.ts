/** The witness of full disks: the system's own `df`, and a small file of its own for which there is no room. */
import { execFile } from "node:child_process";
import { rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type { ClusterNode } from "../system/index.ts";
import type { ArmOptions, Witness } from "./fault.ts";
import { recordSightings, type Sighting } from "./sightings.ts";

const FULL = "disks-of-targets-are-full";
const NO_ROOM = "no-file-finds-room-there";

/** What it looks for. Each is absent from a disk with room left. */
export const DISK_SIGNS: readonly string[] = [FULL, NO_ROOM];

/** Far less than a store needs to go on (dqlite: 8 MiB at once), far more than is given back while the witness looks. */
const ROOM_BYTES = 256 * 1024;
const SMALL_FILE = "x".repeat(ROOM_BYTES);

/** Looks at the disks that the data folders of the targets lie on. */
export function diskWitness(options: Pick<ArmOptions, "recorder" | "run">, targets: readonly ClusterNode[]): Witness {
  const folders = targets.map(({ dataDir, machine, name }) => ({
    name,
    path: join(machine.homeDir, dirname(dataDir)),
  }));
  return {
    observe: async (when) =>
      recordSightings(options, when, {
        [FULL]: async () => together(await Promise.all(folders.map(async ({ name, path }) => full(name, path)))),
        [NO_ROOM]: async () => together(await Promise.all(folders.map(async ({ name, path }) => noRoom(name, path)))),
      }),
  };
}

async function full(name: string, path: string): Promise<Sighting> {
  const { stdout } = await promisify(execFile)("df", ["--output=avail", path]);
  const availableKib = Number(stdout.trim().split("\n").at(-1));
  return { seen: availableKib * 1024 < ROOM_BYTES, detail: `${name}: ${availableKib} KiB available` };
}

async function noRoom(name: string, path: string): Promise<Sighting> {
  const file = join(path, "witness");
  try {
    await writeFile(file, SMALL_FILE);
    return { seen: false, detail: `${name}: a file of ${SMALL_FILE.length} bytes found room` };
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
    return { seen: true, detail: `${name}: no room for a file of ${SMALL_FILE.length} bytes (ENOSPC)` };
  } finally {
    await rm(file, { force: true });
  }
}

/** Seen when it is so of all of them. */
function together(sightings: readonly Sighting[]): Sighting {
  return {
    seen: sightings.every(({ seen }) => seen === true),
    detail: sightings.map(({ detail }) => detail).join(", "),
  };
}
