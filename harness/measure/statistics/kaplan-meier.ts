/**
 * The Kaplan-Meier estimate: which share of recoveries lasts longer than a time, when some were still going on when the watching ended.
 * Such runs are neither dropped nor set to the time-out; they count as long as they were watched. It is an estimate to look at: it takes
 * for granted that being watched no longer has nothing to do with how long it would have taken. No verdict rests on it (quantile-bounds.ts).
 */

/** One run: how long it took, or how long it was watched in vain. */
export interface Watched {
  readonly atMs: number;
  readonly ended: boolean;
}

/** The estimate from `atMs` on, until the next step. */
export interface SurvivalStep {
  readonly atMs: number;
  /** Runs that lasted, and were watched, at least until here. */
  readonly atRisk: number;
  readonly ended: number;
  /** The estimated share of recoveries that last longer. */
  readonly share: number;
  /** Standard error by Greenwood's formula. */
  readonly standardError: number;
  /** Pointwise 95 % interval on the scale log(-log), which stays within 0 and 1; null when the share is 0. Approximate for few runs. */
  readonly interval: { readonly low: number; readonly high: number } | null;
}

/** Two-sided 95 % of the normal distribution. */
const Z = 1.959963984540054;

/** The steps of the curve, one for each time at which a run ended. Before the first the share is 1. */
export function kaplanMeier(runs: readonly Watched[]): readonly SurvivalStep[] {
  const steps: SurvivalStep[] = [];
  let share = 1;
  let greenwood = 0;
  for (const atMs of [...new Set(runs.filter(({ ended }) => ended).map((run) => run.atMs))].toSorted((a, b) => a - b)) {
    // A run that was watched until exactly here was watched here, too: censoring comes after what happened at the same time.
    const atRisk = runs.filter((run) => run.atMs >= atMs).length;
    const ended = runs.filter((run) => run.ended && run.atMs === atMs).length;
    share *= (atRisk - ended) / atRisk;
    greenwood += ended / (atRisk * (atRisk - ended));
    steps.push({ atMs, atRisk, ended, share, ...spread(share, greenwood) });
  }
  return steps;
}

/** The first time at which the estimated share of those that took no longer reaches `quantile`; null when it never does. */
export function survivalQuantile(steps: readonly SurvivalStep[], quantile: number): number | null {
  // Products of fractions: a share that is 0.05 on paper may come out one bit above it.
  return steps.find(({ share }) => share <= 1 - quantile + 1e-12)?.atMs ?? null;
}

function spread(share: number, greenwood: number): Pick<SurvivalStep, "standardError" | "interval"> {
  if (share === 0) return { standardError: 0, interval: null };
  const width = (Z * Math.sqrt(greenwood)) / Math.abs(Math.log(share));
  return {
    standardError: share * Math.sqrt(greenwood),
    interval: { low: share ** Math.exp(width), high: share ** Math.exp(-width) },
  };
}
