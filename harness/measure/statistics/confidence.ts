/**
 * How sure a bound is, and what that takes. There are two ways to be sure, and which one is right depends on who decided how many runs
 * there are.
 */

/** Each bound that is printed holds with this probability, on its own. Both ends of an interval hold together with 0.90 or more. */
export const CONFIDENCE = 0.95;

/** The chance of error that is left to one bound. */
export const ALPHA = 0.05;

/**
 * What made the number of runs.
 *
 * - `fixed`: it was said before the first run. Bounds are those of the binomial distribution.
 * - `anytime`: somebody looked at the results after each run and could have stopped (`--until-confident`, Ctrl-C). Bounds of the first kind
 *   would then be wrong more often than they say. These hold however and whenever one stops, and are wider for it.
 */
export type Stopping = "fixed" | "anytime";
