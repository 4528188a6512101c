/** What came of the runs of one command. */
import type { ControlsResult, RepeatsResult } from "../integrity/index.ts";
import type { FinishedRun } from "./aftermath.ts";
import type { NotStarted } from "./run-one.ts";

/** In the order in which they ended. */
export interface Runs {
  readonly finished: FinishedRun[];
  readonly notStarted: NotStarted[];
  /** One for each drill that was run with its controls; those runs are not among `finished`. */
  readonly controls: ControlsResult[];
  /** One for each drill that was repeated; those runs are not among `finished`. */
  readonly repeats: RepeatsResult[];
}

/** Keeps what came of one run. */
export function note(runs: Runs, ended: FinishedRun | NotStarted): void {
  if ("result" in ended) runs.finished.push(ended);
  else runs.notStarted.push(ended);
}
