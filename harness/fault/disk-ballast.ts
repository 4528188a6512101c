/** Something that takes all the room of a member's disk, which must be a small one of its own. */
import { open, stat, statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import { DrillError } from "../core/index.ts";
import type { ClusterNode } from "../system/index.ts";

/** The disk that a member's data folder lies on. */
export interface SmallDisk {
  readonly node: string;
  /** Absolute path of the file that fills it, beside the data folder. */
  readonly ballast: string;
}

/** More is no small disk, and filling it would harm this computer. */
const MOST_BYTES = 1024 ** 3;

const CHUNK = Buffer.alloc(256 * 1024, "x");
/** The last room is taken in parts of a page. */
const LAST_CHUNK = CHUNK.subarray(0, 4096);

/** @throws DrillError `harness` when the data folder does not lie on a small disk of the node's own. */
export async function diskOf({ dataDir, machine, name }: ClusterNode): Promise<SmallDisk> {
  const folder = join(machine.homeDir, dirname(dataDir));
  const [home, own, room] = await Promise.all([stat(machine.homeDir), stat(folder), statfs(folder)]);
  if (home.dev === own.dev || room.blocks * room.bsize > MOST_BYTES)
    throw new DrillError("harness", "fault", `${folder} of ${name} is on no small disk of its own, and is not filled`);
  return { node: name, ballast: join(folder, "ballast") };
}

/** A store that is written to gives room back now and then (a file that is cut or removed), which is taken as well. */
const ROUNDS = 100;

/**
 * Writes until there is no room left; what is there already is made larger.
 * @throws DrillError `environment` when the store gives room back faster than it is taken.
 */
export async function fillWithBallast({ ballast, node }: SmallDisk): Promise<void> {
  await using file = await open(ballast, "a");
  for (let round = 0; round < ROUNDS; round++) {
    for (const chunk of [CHUNK, LAST_CHUNK]) while (await hasRoomFor(file, chunk));
    const { bavail } = await statfs(dirname(ballast));
    if (bavail === 0) return;
  }
  throw new DrillError("environment", "fault", `the disk of ${node} could not be filled`);
}

async function hasRoomFor(file: Awaited<ReturnType<typeof open>>, chunk: Buffer): Promise<boolean> {
  try {
    const { bytesWritten } = await file.write(chunk);
    return bytesWritten === chunk.length;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOSPC") return false;
    throw error;
  }
}
