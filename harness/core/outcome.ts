/**
 * The outcome of a drill or of one check, how outcomes merge, and the process exit code of each.
 * Not its business: deciding an outcome (integrity/ does).
 */

/** Every outcome, worst first. Merging takes the earliest in this list. */
export const OUTCOMES_WORST_FIRST = ["failed", "broken", "interrupted", "inconclusive", "passed"] as const;

/**
 * What a drill or a check came to.
 *
 * - `failed`: a violation was proven, or an objective was missed.
 * - `broken`: the harness or its environment failed, before or besides the system.
 * - `interrupted`: a person or a signal ended the run.
 * - `inconclusive`: not enough evidence for any other word.
 * - `passed`: the evidence is there and it is good.
 */
export type Outcome = (typeof OUTCOMES_WORST_FIRST)[number];

/**
 * The worst of the given outcomes. Of none it is `inconclusive`: nothing passes by default.
 */
export function worstOutcome(outcomes: Iterable<Outcome>): Outcome {
  let worst: Outcome | undefined;
  for (const outcome of outcomes) {
    if (worst === undefined || OUTCOMES_WORST_FIRST.indexOf(outcome) < OUTCOMES_WORST_FIRST.indexOf(worst)) {
      worst = outcome;
    }
  }
  return worst ?? "inconclusive";
}

/** Exit code of a wrong command line: an unknown option, an unknown drill, a value that cannot be read. */
export const EXIT_USAGE = 2;

/** The process exit code that stands for an outcome. */
export function exitCodeOf(outcome: Outcome): number {
  switch (outcome) {
    case "passed":
      return 0;
    case "failed":
      return 1;
    case "broken":
      return 3;
    case "inconclusive":
      return 4;
    case "interrupted":
      return 130;
  }
}
