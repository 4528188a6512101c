/** An upper bound of a share from a count: "0 of 59 runs lost a write, so at most 5 % of runs do". */
import { atMost } from "./binomial.ts";
import { ALPHA, type Stopping } from "./confidence.ts";
import { evidenceAgainstAtLeast } from "./evidence-against.ts";

/** Halvings of an interval of length 1: more than a double can tell apart. */
const HALVINGS = 60;

/**
 * The largest share that `successes` of `trials` do not rule out. Fixed, it is the upper bound of Clopper and Pearson (Biometrika 26 (1934)
 * 404): the share under which so few successes, or fewer, have probability alpha. For 0 successes that is nearly 3 / trials (rule of three).
 * @returns 1 when there are no trials, or nothing but successes.
 */
export function shareAtMost(successes: number, trials: number, stopping: Stopping): number {
  if (successes >= trials) return 1;
  const isRuledOut = (share: number): boolean =>
    stopping === "fixed"
      ? atMost(successes, trials, share) < ALPHA
      : evidenceAgainstAtLeast(share, successes, trials) > 1 / ALPHA;
  let low = successes / trials;
  let high = 1;
  for (let step = 0; step < HALVINGS; step++) {
    const middle = (low + high) / 2;
    if (middle < 1 && !isRuledOut(middle)) low = middle;
    else high = middle;
  }
  return high;
}
