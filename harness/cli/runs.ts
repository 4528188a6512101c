/** What came of the runs of one command. */
import { EXIT_USAGE, exitCodeOf, worstOutcome } from "../core/index.ts";
import type { BothPagesResult, ControlsResult, MatrixResult, RepeatsResult } from "../integrity/index.ts";
import type { FinishedRun } from "./aftermath.ts";
import type { NotStarted } from "./run-one.ts";

/** In the order in which they ended. */
export interface Runs {
  readonly finished: FinishedRun[];
  readonly notStarted: NotStarted[];
  /** One for each drill that was run with its controls; those runs are not among `finished`. */
  readonly controls: ControlsResult[];
  /** One for each drill whose page is declared to fail; those runs are not among `finished`. */
  readonly bothPages: BothPagesResult[];
  /** One for each drill that was repeated; those runs are not among `finished`. */
  readonly repeats: RepeatsResult[];
  /** The table over several versions; its runs are among the others, too. */
  readonly matrices: MatrixResult[];
}

/** Before the first. */
export function noRuns(): Runs {
  return { finished: [], notStarted: [], controls: [], bothPages: [], repeats: [], matrices: [] };
}

/** What came of all of them. */
export function allRuns(of: readonly Runs[]): Runs {
  return {
    finished: of.flatMap(({ finished }) => finished),
    notStarted: of.flatMap(({ notStarted }) => notStarted),
    controls: of.flatMap(({ controls }) => controls),
    bothPages: of.flatMap(({ bothPages }) => bothPages),
    repeats: of.flatMap(({ repeats }) => repeats),
    matrices: of.flatMap(({ matrices }) => matrices),
  };
}

/** Keeps what came of one run. */
export function note(runs: Runs, ended: FinishedRun | NotStarted): void {
  if ("result" in ended) runs.finished.push(ended);
  else runs.notStarted.push(ended);
}

/**
 * The exit code of the command: that of the worst outcome. An interruption hides no run that failed before it; but what could not be started
 * or written after it is no failure of its own. A drill that was skipped takes nothing from the others; alone it is no evidence for anything.
 */
export function exitCodeOfRuns(
  { finished, notStarted, controls, bothPages, repeats, matrices }: Runs,
  isInterrupted: boolean,
): number {
  // With controls, the verdict over all says what counts: a control that fails makes the drill void, which is a failure.
  const judged = [...finished.map(({ result }) => result), ...controls, ...bothPages, ...repeats, ...matrices].map(
    ({ outcome }) => outcome,
  );
  if (isInterrupted) return exitCodeOf(worstOutcome([...judged, "interrupted"]));
  const nothingRan = finished.length + bothPages.length + repeats.length === 0;
  if (nothingRan && notStarted.length > 0 && notStarted.every(({ code }) => code === "usage")) return EXIT_USAGE;
  return exitCodeOf(
    worstOutcome([
      ...judged,
      ...finished.flatMap(({ problems }) => problems.map(() => "broken" as const)),
      ...notStarted.flatMap(({ code }) => (code === "skipped" ? [] : ["broken" as const])),
    ]),
  );
}
