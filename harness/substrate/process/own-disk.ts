/** A disk of its own for a folder of a node: memory of this computer, mounted in the worker's own mount namespace. */
import { execFile } from "node:child_process";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { DrillError, messageOf } from "../../core/index.ts";
import type { NodeDisk } from "../substrate.ts";

const execute = promisify(execFile);

/**
 * Mounts it. Disposing takes it away with all that is on it.
 * @throws DrillError `environment` where nothing may be mounted.
 */
export async function mountDisk(homeDir: string, { path, sizeBytes }: NodeDisk): Promise<AsyncDisposable> {
  const folder = join(homeDir, path);
  await mkdir(folder, { recursive: true });
  try {
    await execute("mount", ["-t", "tmpfs", "-o", `size=${sizeBytes},mode=755`, "tmpfs", folder]);
  } catch (error) {
    const message = `a disk of its own could not be mounted at ${folder}: ${messageOf(error)}`;
    throw new DrillError("environment", "provision", message, { cause: error });
  }
  // A shell that still stands in it must not keep it.
  return { [Symbol.asyncDispose]: async () => void (await execute("umount", ["-l", folder])) };
}
