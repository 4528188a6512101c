/**
 * Whether a program can be run, asked beforehand. For commands that another program runs for us (`setsid`,
 * `nsenter`): its own failure to do so could not be told from the end of what was started.
 */
import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { delimiter, resolve } from "node:path";

/** @throws Error in the words of `spawn` when no such program is found as execvp(3) would find it. */
export async function assertCanRun(program: string, cwd: string, path: string): Promise<void> {
  const candidates = program.includes("/")
    ? [resolve(cwd, program)]
    : path.split(delimiter).map((folder) => resolve(cwd, folder, program));
  let code = "ENOENT";
  for (const candidate of candidates) {
    const failure = await failureOf(candidate);
    if (failure === null) return;
    if (failure !== "ENOENT") code = failure;
  }
  throw new Error(`spawn ${program} ${code}`);
}

/** Null when it can be run. */
async function failureOf(file: string): Promise<string | null> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile() ? null : "EACCES";
  } catch (error) {
    return error instanceof Error && "code" in error ? String(error.code) : "ENOENT";
  }
}
