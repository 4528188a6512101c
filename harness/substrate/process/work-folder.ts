/** The work folder of a run: whose it is (law 10). Not its business: what lies in it. */
import { mkdir, readdir } from "node:fs/promises";
import { DrillError, type RunContext } from "../../core/index.ts";
import { plantNonce, readNonce } from "./home-folder.ts";
import { newNonce } from "./registry.ts";

/**
 * Makes the work folder ours, or finds that it is (the front has planted the run's nonce when it entered it in the books).
 * @returns the run's nonce.
 * @throws DrillError `harness` when it holds what is not this run's.
 */
export async function claimWorkFolder({ runId, workDir }: Pick<RunContext, "runId" | "workDir">): Promise<string> {
  await mkdir(workDir, { recursive: true, mode: 0o700 });
  const present = await readNonce(workDir);
  if (present?.startsWith(`${runId}:`) === true) return present;
  if (present !== null || (await readdir(workDir)).length > 0) {
    throw new DrillError(
      "harness",
      "provision",
      `the work folder ${workDir} is not empty and does not bear the nonce of run ${runId}; a run needs a folder of its own, for it is removed at the end`,
    );
  }
  const nonce = newNonce(runId);
  await plantNonce(workDir, nonce);
  return nonce;
}
