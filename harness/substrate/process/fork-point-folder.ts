/** The folder of a run's fork point: beside its work folder in the books, so that whoever cleans finds it; it bears the run's nonce. */
import { mkdir } from "node:fs/promises";
import { DrillError } from "../../core/index.ts";
import { plantNonce, readNonce } from "./home-folder.ts";
import { forkPointFolderOf, workDirOf } from "./state-folder.ts";

/**
 * Makes the folder, readable by its user alone: keys of the cluster lie in it.
 * @throws DrillError `harness` when the run has no work folder of its own.
 */
export async function makeForkPointFolder(runId: string): Promise<string> {
  const nonce = await readNonce(workDirOf(runId));
  if (nonce === null) throw new DrillError("harness", "fork", `run ${runId} has no work folder that bears its nonce`);
  const folder = forkPointFolderOf(runId);
  await mkdir(folder, { mode: 0o700 });
  await plantNonce(folder, nonce);
  return folder;
}
