/**
 * Opens the process substrate. A file of its own so that the front, which only starts workers and reads the books, does
 * not load all that a worker needs: it would add to the time until the first phase.
 */
import type { Substrate } from "../substrate.ts";
import type { ProcessSubstrateOptions } from "./process-substrate.ts";

/**
 * Opens the substrate in `run.workDir`, which is made if it is not there. Disposing it kills every process of the run
 * (its label, law 10) and removes the work folder with all in it; `evidenceDir` stays.
 * @throws DrillError `harness` when the work folder holds something that is not this run's; `environment` when bash is missing.
 */
export async function openProcessSubstrate(options: ProcessSubstrateOptions): Promise<Substrate> {
  const { processSubstrate } = await import("./process-substrate.ts");
  return processSubstrate(options);
}
