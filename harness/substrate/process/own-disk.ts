/** A disk of its own for a folder of a node: memory of this computer, mounted in the worker's own mount namespace. */
import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { DrillError, messageOf } from "../../core/index.ts";
import type { NodeDisk } from "../substrate.ts";

const execute = promisify(execFile);

/** A mounted disk. Disposing takes it away with all that is on it. */
export interface MountedDisk extends AsyncDisposable {
  /** Absolute path of the folder that it is mounted at. */
  readonly folder: string;
}

/**
 * Mounts it.
 * @throws DrillError `environment` where nothing may be mounted.
 */
export async function mountDisk(homeDir: string, { path, sizeBytes }: NodeDisk): Promise<MountedDisk> {
  const folder = join(homeDir, path);
  await mkdir(folder, { recursive: true });
  try {
    await execute("mount", ["-t", "tmpfs", "-o", `size=${sizeBytes},mode=755`, "tmpfs", folder]);
  } catch (error) {
    const message = `a disk of its own could not be mounted at ${folder}: ${messageOf(error)}`;
    throw new DrillError("environment", "provision", message, { cause: error });
  }
  // A shell that still stands in it must not keep it.
  return { folder, [Symbol.asyncDispose]: async () => void (await execute("umount", ["-l", folder])) };
}
