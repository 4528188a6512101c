/** Writes a file on a machine with its mode from the first byte on, so that a private key is never readable by others, not even for a moment. */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Machine } from "../../substrate/index.ts";

/** Creates the file, which must not be there yet, and the folders above it. */
export async function writeFileWithMode(machine: Machine, path: string, content: string, mode: number): Promise<void> {
  const file = join(machine.homeDir, path);
  await mkdir(dirname(file), { recursive: true, mode: 0o755 });
  await writeFile(file, content, { mode, flag: "wx" });
}
