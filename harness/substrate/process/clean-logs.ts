/**
 * Takes secrets out of the logs that processes wrote by themselves: nobody stands between a process and its log while it
 * runs, so it is done when the process has ended.
 */
import { createReadStream } from "node:fs";
import { open, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { DrillError, messageOf, secretStream, type SecretFinder } from "../../core/index.ts";

/**
 * Cleans every file below `dir`; files without a secret stay untouched, and so does a folder that is not there.
 * Links are not followed.
 * @throws DrillError `environment` when a log with a secret cannot be cleaned: it names the file, which then still holds it.
 */
export async function cleanLogs(dir: string, secrets: SecretFinder): Promise<void> {
  const entries = await readdir(dir, { withFileTypes: true, recursive: true }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  });
  for (const entry of entries) if (entry.isFile()) await cleanFile(join(entry.parentPath, entry.name), secrets);
}

async function cleanFile(file: string, secrets: SecretFinder): Promise<void> {
  // Looked through first: most logs hold no secret, and a full disk has no room for a second copy of them.
  let found = 0;
  await passThrough(file, secrets, async (_bytes, replaced) => void (found = replaced));
  if (found === 0) return;
  const part = `${file}.${process.pid}.part`;
  try {
    await using out = await open(part, "wx", 0o600);
    await passThrough(file, secrets, async (bytes) => void (await out.write(bytes)));
    await rename(part, file);
  } catch (error) {
    await rm(part, { force: true });
    const message = `the log ${file} holds what looks like a secret and cannot be cleaned: ${messageOf(error)}. Remove it by hand.`;
    throw new DrillError("environment", "clean logs", message, { cause: error });
  }
}

async function passThrough(
  file: string,
  secrets: SecretFinder,
  to: (bytes: Buffer, replaced: number) => Promise<void>,
): Promise<void> {
  const stream = secretStream(secrets);
  for await (const chunk of createReadStream(file)) await to(stream.write(chunk as Buffer), stream.replaced());
  await to(stream.end(), stream.replaced());
}
