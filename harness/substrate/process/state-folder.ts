/**
 * Where the books of live runs are kept, and each run's work folder: below the system's folder for temporary files,
 * one folder for each user. Reports are elsewhere and are never touched from here.
 */
import { lstat, mkdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DrillError } from "../../core/index.ts";

/**
 * Names another state folder. The worker is told this way, for in a user namespace it has another user id than the
 * front; tests use it to keep to themselves.
 */
export const STATE_FOLDER_VARIABLE = "DRILLBOOK_STATE_DIR";

/** The state folder of this user. */
export function stateFolder(): string {
  return process.env[STATE_FOLDER_VARIABLE] ?? join(tmpdir(), `drillbook-${process.getuid?.() ?? "user"}`);
}

/** The folder of all runs that are on the books. */
export function runsFolder(): string {
  return join(stateFolder(), "runs");
}

/**
 * What belongs to one run: its entry in the books and, beside it, its work folder.
 * @throws DrillError `harness` when the id cannot be a folder's name.
 */
export function runFolder(runId: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$/.test(runId)) {
    throw new DrillError(
      "harness",
      "registry",
      `"${runId}" cannot be a run's id: letters, digits, ".", "_" and "-" can`,
    );
  }
  return join(runsFolder(), runId);
}

/** The work folder of a run (`RunContext.workDir`). */
export function workDirOf(runId: string): string {
  return join(runFolder(runId), "work");
}

/** The folder of a run's fork point, where it has one. */
export function forkPointFolderOf(runId: string): string {
  return join(runFolder(runId), "fork-point");
}

/**
 * Makes the state folder, readable by its user alone.
 * @throws DrillError `environment` when somebody else's folder stands there: the place is predictable and /tmp is shared.
 */
export async function makeStateFolder(): Promise<void> {
  const folder = stateFolder();
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const found = await lstat(folder);
  if (!found.isDirectory() || found.uid !== (process.getuid?.() ?? found.uid)) {
    throw new DrillError(
      "environment",
      "registry",
      `${folder} is not a folder of this user; remove it, or name another one in ${STATE_FOLDER_VARIABLE}`,
    );
  }
  await mkdir(runsFolder(), { recursive: true, mode: 0o700 });
}
