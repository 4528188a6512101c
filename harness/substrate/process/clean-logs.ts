/**
 * Takes secrets out of the logs that processes wrote by themselves: nobody stands between a process and its log while it
 * runs, so it is done when the process has ended.
 */
import { createReadStream } from "node:fs";
import { open, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { secretStream, type SecretFinder } from "../../core/index.ts";

/**
 * Cleans every file below `dir`; files without a secret stay untouched, and so does a folder that is not there.
 * Links are not followed.
 * @throws what the file system says.
 */
export async function cleanLogs(dir: string, secrets: SecretFinder): Promise<void> {
  const entries = await readdir(dir, { withFileTypes: true, recursive: true }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  });
  for (const entry of entries) if (entry.isFile()) await cleanFile(join(entry.parentPath, entry.name), secrets);
}

async function cleanFile(file: string, secrets: SecretFinder): Promise<void> {
  const part = `${file}.${process.pid}.part`;
  const stream = secretStream(secrets);
  try {
    await using out = await open(part, "wx", 0o600);
    for await (const chunk of createReadStream(file)) await out.write(stream.write(chunk as Buffer));
    await out.write(stream.end());
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  if (stream.replaced() > 0) await rename(part, file);
  else await rm(part);
}
