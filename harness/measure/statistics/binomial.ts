/**
 * The binomial distribution, summed from its exact terms in logarithms: good to about ten digits for the few thousand runs that anyone
 * will ever make. Not its business: what is concluded from it.
 */

/** Natural logarithms of factorials, grown as they are asked for. */
const LN_FACTORIALS = [0];

function lnFactorial(n: number): number {
  for (let next = LN_FACTORIALS.length; next <= n; next++) {
    LN_FACTORIALS.push((LN_FACTORIALS[next - 1] ?? 0) + Math.log(next));
  }
  return LN_FACTORIALS[n] ?? Number.NaN;
}

/** The logarithm of the probability of exactly `successes` in `trials`, each with probability `share` (0 < share < 1). */
export function lnBinomial(successes: number, trials: number, share: number): number {
  return (
    lnFactorial(trials) -
    lnFactorial(successes) -
    lnFactorial(trials - successes) +
    successes * Math.log(share) +
    (trials - successes) * Math.log1p(-share)
  );
}

/** The probability of at most `successes` in `trials`. 0 below none, 1 from all on. */
export function atMost(successes: number, trials: number, share: number): number {
  if (successes < 0) return 0;
  if (successes >= trials) return 1;
  if (share <= 0) return 1;
  if (share >= 1) return 0;
  let sum = 0;
  for (let k = 0; k <= successes; k++) sum += Math.exp(lnBinomial(k, trials, share));
  return Math.min(1, sum);
}

/** The probability of at least `successes` in `trials`: that of at most `trials - successes` failures. */
export function atLeast(successes: number, trials: number, share: number): number {
  return atMost(trials - successes, trials, 1 - share);
}
