/** Simulations: the bounds must hold as often as they say. Seeded; "within Monte-Carlo error" is three of its standard errors. */
import { describe, expect, test } from "vitest";
import { seededRandom, type Random } from "../../core/index.ts";
import { CONFIDENCE } from "./confidence.ts";
import { kaplanMeier } from "./kaplan-meier.ts";
import { type Duration, lowerRank, quantileBounds, upperRank } from "./quantile-bounds.ts";
import { shareAtMost } from "./share-bound.ts";

const SETS = 2000;
const LOWEST = CONFIDENCE - 3 * Math.sqrt((CONFIDENCE * (1 - CONFIDENCE)) / SETS);

/** Recovery times in seconds: lognormal, median 20 s. Its p95 is 20 exp(1.645 sigma). */
const MEDIAN = 20;
const SIGMA = 0.4;
const TRUE_MS = { 0.5: MEDIAN, 0.95: MEDIAN * Math.exp(1.6448536269514722 * SIGMA) } as const;

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

const recovery = (random: Random): number => MEDIAN * Math.exp(SIGMA * normal(random));

/** What a harness sees of it: an interval between two probes, or that it was not over when the watching ended. */
function seen(random: Random, watchedUntil: number): Duration {
  const took = recovery(random);
  const lowMs = Math.max(0, took - random.next());
  return took > watchedUntil ? { lowMs: watchedUntil, highMs: null } : { lowMs, highMs: took + random.next() };
}

const shareOf = (hits: readonly boolean[]): number => hits.filter(Boolean).length / hits.length;

describe.each([
  ["nothing censored", () => Infinity],
  ["censored at a time-out of 30 s: about one in seven", () => 30],
  // The slowest are the ones that are lost from sight: no estimate survives that, these bounds do.
  ["censored where it would have been slow", (random: Random) => (random.next() < 0.5 ? 22 : Infinity)],
])("%s", (_, watchedUntil) => {
  test.each([
    [0.5, 9],
    [0.5, 40],
    [0.95, 30],
    [0.95, 93],
  ] as const)("both bounds of the %d quantile of %i runs hold", (quantile, runs) => {
    const random = seededRandom(20_261_121);
    const bounds = Array.from({ length: SETS }, () =>
      quantileBounds(
        Array.from({ length: runs }, () => seen(random, watchedUntil(random))),
        quantile,
        "fixed",
      ),
    );
    expect(shareOf(bounds.map(({ atMostMs }) => (atMostMs ?? Infinity) >= TRUE_MS[quantile]))).toBeGreaterThan(LOWEST);
    expect(shareOf(bounds.map(({ atLeastMs }) => (atLeastMs ?? 0) <= TRUE_MS[quantile]))).toBeGreaterThan(LOWEST);
  });
});

describe("looking after each of 250 runs, and stopping at the first bound that is wrong", () => {
  const RUNS = 250;
  /** The share of sets in which no look shows a wrong bound of p95. What decides is only how many runs lie below it. */
  function neverWrong(stopping: "fixed" | "anytime"): { readonly upper: number; readonly lower: number } {
    const ranks = Array.from({ length: RUNS + 1 }, (_, runs) => ({
      upper: upperRank(0.95, runs, stopping) ?? Infinity,
      lower: lowerRank(0.95, runs, stopping) ?? 0,
    }));
    const random = seededRandom(7);
    const sets = Array.from({ length: SETS }, () => {
      let below = 0;
      let upper = true;
      let lower = true;
      for (let runs = 1; runs <= RUNS; runs++) {
        if (recovery(random) < TRUE_MS[0.95]) below++;
        const rank = ranks[runs];
        if (rank !== undefined && below >= rank.upper) upper = false;
        if (rank !== undefined && below < rank.lower) lower = false;
      }
      return { upper, lower };
    });
    return { upper: shareOf(sets.map(({ upper }) => upper)), lower: shareOf(sets.map(({ lower }) => lower)) };
  }

  test("bounds for any time hold at every look", () => {
    expect(neverWrong("anytime").upper).toBeGreaterThan(LOWEST);
    expect(neverWrong("anytime").lower).toBeGreaterThan(LOWEST);
  });

  test("bounds for a fixed number do not: that is why they are not used there", () => {
    expect(neverWrong("fixed").upper).toBeLessThan(0.9);
    expect(neverWrong("fixed").lower).toBeLessThan(0.9);
  });
});

test.each([0.01, 0.1, 0.4])("the upper bound of a share of %d holds, fixed, and at every look", (share) => {
  const RUNS = 60;
  const bounds = (stopping: "fixed" | "anytime") =>
    Array.from({ length: RUNS + 1 }, (_, runs) =>
      Array.from({ length: runs + 1 }, (__, k) => shareAtMost(k, runs, stopping)),
    );
  const fixed = bounds("fixed");
  const anytime = bounds("anytime");
  const random = seededRandom(11);
  const sets = Array.from({ length: SETS }, () => {
    let hits = 0;
    let always = true;
    for (let runs = 1; runs <= RUNS; runs++) {
      if (random.next() < share) hits++;
      if ((anytime[runs]?.[hits] ?? 0) < share) always = false;
    }
    return { fixed: (fixed[RUNS]?.[hits] ?? 0) >= share, always };
  });
  expect(shareOf(sets.map((one) => one.fixed))).toBeGreaterThan(LOWEST);
  expect(shareOf(sets.map((one) => one.always))).toBeGreaterThan(LOWEST);
});

test.each([15, 25, 40])("the Kaplan-Meier interval of %i s, with three in ten censored at random, holds", (atS) => {
  const random = seededRandom(13);
  const truth = 1 - normalCdf(Math.log(atS / MEDIAN) / SIGMA);
  const hits = Array.from({ length: SETS }, () => {
    const runs = Array.from({ length: 60 }, () => {
      const took = recovery(random);
      const watched = random.next() < 0.5 ? Infinity : 10 + 40 * random.next();
      return { atMs: Math.min(took, watched), ended: took <= watched };
    });
    const interval = kaplanMeier(runs).findLast(({ atMs }) => atMs <= atS)?.interval;
    // No step yet, or nobody left: the curve claims nothing there.
    return interval === undefined || interval === null || (interval.low <= truth && truth <= interval.high);
  });
  expect(shareOf(hits)).toBeGreaterThan(LOWEST);
});

/** Good to 1e-7 (Abramowitz and Stegun 26.2.17). */
function normalCdf(x: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(x));
  const tail =
    (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return x >= 0 ? 1 - tail : tail;
}
