/**
 * Evidence against a claim about a share, which may be looked at after every trial. It is a likelihood ratio, averaged over alternatives
 * that were chosen beforehand. If the claim is true, the chance that it ever exceeds 1/alpha, at any of endlessly many looks, is at most
 * alpha (Ville's inequality; Robbins, Ann. Math. Stat. 41 (1970) 1397). That is why a set of runs may be stopped at a moment of one's choice.
 */
import { atMost, lnBinomial } from "./binomial.ts";

/**
 * Evidence against "the share of successes is at most `share`".
 *
 * Half of the weight lies on the alternative that every trial succeeds, half evenly on all shares above the claim: the first decides soon
 * where all is well, the second decides still where a few trials fail. For each alternative above the claim, the mean of the ratio is at
 * most 1 whatever share below it is true, so the average of them is a test martingale of the whole claim.
 *
 * The integral over the even half is a tail of the binomial distribution: that of the incomplete beta function.
 */
export function evidenceAgainstAtMost(share: number, successes: number, trials: number): number {
  const even = Math.exp(
    Math.log(atMost(successes, trials + 1, share)) -
      Math.log1p(-share) -
      Math.log(trials + 1) -
      lnBinomial(successes, trials, share),
  );
  const always = successes === trials ? share ** -trials : 0;
  return (always + even) / 2;
}

/** Evidence against "the share of successes is at least `share`": the same of failures. */
export function evidenceAgainstAtLeast(share: number, successes: number, trials: number): number {
  return evidenceAgainstAtMost(1 - share, trials - successes, trials);
}
