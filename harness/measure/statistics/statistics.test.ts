import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { atLeast, atMost } from "./binomial.ts";
import { evidenceAgainstAtLeast, evidenceAgainstAtMost } from "./evidence-against.ts";
import { kaplanMeier, survivalQuantile } from "./kaplan-meier.ts";
import { type Duration, lowerRank, quantileBounds, runsNeeded, upperRank } from "./quantile-bounds.ts";
import { shareAtMost } from "./share-bound.ts";
import "../../../fixtures/property-seed.ts";

describe("the binomial distribution", () => {
  test("sums of exact fractions", () => {
    expect(atMost(1, 3, 0.5)).toBeCloseTo(0.5, 14);
    expect(atLeast(59, 59, 0.95)).toBeCloseTo(0.95 ** 59, 12);
    expect(atMost(500, 1000, 0.5)).toBeCloseTo(0.512612509089, 10);
  });

  test("at most k and at least k + 1 are all there is", () => {
    const cases = fc.tuple(
      fc.integer({ min: 1, max: 400 }),
      fc.nat(400),
      fc.double({ min: 0.01, max: 0.99, noNaN: true }),
    );
    fc.assert(
      fc.property(cases, ([trials, some, share]) => {
        const k = some % (trials + 1);
        expect(atMost(k, trials, share) + atLeast(k + 1, trials, share)).toBeCloseTo(1, 9);
      }),
    );
  });
});

describe("upper bound of a share", () => {
  // Upper ends of two-sided 90 % intervals are one-sided 95 % bounds: Clopper and Pearson 1934, and 1 - 0.05^(1/n) for none.
  test.each([
    [0, 10, 1 - 0.05 ** (1 / 10)],
    [0, 59, 1 - 0.05 ** (1 / 59)],
    [1, 10, 0.394163],
    [5, 20, 0.455582],
    [10, 10, 1],
    [0, 0, 1],
  ])("%i of %i", (successes, trials, bound) => expect(shareAtMost(successes, trials, "fixed")).toBeCloseTo(bound, 5));

  test("for none it is below the rule of three, and close to it", () => {
    for (const runs of [30, 100, 300]) {
      expect(shareAtMost(0, runs, "fixed")).toBeLessThan(3 / runs);
      expect(shareAtMost(0, runs, "fixed")).toBeGreaterThan(2.85 / runs);
    }
  });

  test("one that may be looked at any time is wider, and falls as more is seen", () => {
    for (const runs of [1, 2, 10, 59, 200]) {
      expect(shareAtMost(0, runs, "anytime")).toBeGreaterThan(shareAtMost(0, runs, "fixed"));
      expect(shareAtMost(0, runs + 1, "anytime")).toBeLessThan(shareAtMost(0, runs, "anytime"));
    }
  });
});

describe("ranks", () => {
  // Wilks, Ann. Math. Stat. 12 (1941) 91: the sample sizes of a 95/95 bound when the largest, the second largest... is taken.
  test.each([
    [0, 59],
    [1, 93],
    [2, 124],
    [3, 153],
    [4, 181],
    [5, 208],
  ])("p95 with %i beyond it needs %i runs", (beyond, runs) => {
    expect(runsNeeded(0.95, beyond, "fixed")).toBe(runs);
  });

  test("the upper bound of p95 is unbounded under 59 runs", () => {
    const runs = (count: number) => Array.from({ length: count }, (_, index) => ({ lowMs: index, highMs: index + 1 }));
    expect(quantileBounds(runs(58), 0.95, "fixed").atMostMs).toBeNull();
    expect(quantileBounds(runs(59), 0.95, "fixed").atMostMs).toBe(59);
    expect(quantileBounds(runs(67), 0.95, "anytime").atMostMs).toBeNull();
    expect(quantileBounds(runs(68), 0.95, "anytime").atMostMs).toBe(68);
  });

  // From the tails of 1/2: 1/32 of 5, 9/256 of 8, 0.0207 of 20.
  test.each<readonly [number, number | null, number | null]>([
    [4, null, null],
    [5, 1, 5],
    [8, 2, 7],
    [20, 6, 15],
  ])("the median of %i runs", (runs, lower, upper) => {
    expect([lowerRank(0.5, runs, "fixed"), upperRank(0.5, runs, "fixed")]).toEqual([lower, upper]);
  });

  test("a single run is below p95 for sure only in 1 of 20 cases: that is a lower bound already", () => {
    expect(lowerRank(0.95, 1, "fixed")).toBe(1);
    expect(lowerRank(0.95, 1, "anytime")).toBeNull();
  });

  test("one that may be looked at any time is never bolder", () => {
    for (let runs = 1; runs <= 250; runs++) {
      for (const quantile of [0.5, 0.95]) {
        expect(upperRank(quantile, runs, "anytime") ?? Infinity).toBeGreaterThanOrEqual(
          upperRank(quantile, runs, "fixed") ?? Infinity,
        );
        expect(lowerRank(quantile, runs, "anytime") ?? 0).toBeLessThanOrEqual(lowerRank(quantile, runs, "fixed") ?? 0);
      }
    }
  });

  test("a value that is an interval gives the upper bound its high end, the lower bound its low end; one without an end gives none", () => {
    const durations: readonly Duration[] = [10, 20, 30, 40, 50].map((lowMs) => ({ lowMs, highMs: lowMs + 1 }));
    expect(quantileBounds(durations, 0.5, "fixed")).toEqual({ atLeastMs: 10, atMostMs: 51 });
    expect(quantileBounds([...durations.slice(1), { lowMs: 60, highMs: null }], 0.5, "fixed")).toEqual({
      atLeastMs: 20,
      atMostMs: null,
    });
    expect(quantileBounds(durations.with(0, { lowMs: 0, highMs: null }), 0.5, "fixed").atLeastMs).toBeNull();
    expect(quantileBounds([], 0.5, "fixed")).toEqual({ atLeastMs: null, atMostMs: null });
  });

  test("knowing less of a run never narrows a bound", () => {
    const run: fc.Arbitrary<Duration> = fc.record({ lowMs: fc.nat(100), highMs: fc.integer({ min: 100, max: 200 }) });
    fc.assert(
      fc.property(fc.array(run, { minLength: 1, maxLength: 80 }), fc.nat(79), (durations, at) => {
        const blurred = durations.with(at % durations.length, { lowMs: 0, highMs: null });
        for (const stopping of ["fixed", "anytime"] as const) {
          const before = quantileBounds(durations, 0.9, stopping);
          const after = quantileBounds(blurred, 0.9, stopping);
          expect(after.atMostMs ?? Infinity).toBeGreaterThanOrEqual(before.atMostMs ?? Infinity);
          expect(after.atLeastMs ?? 0).toBeLessThanOrEqual(before.atLeastMs ?? 0);
        }
      }),
    );
  });
});

test("evidence is a martingale at the edge of the claim: its mean after any number of trials is 1", () => {
  for (const trials of [1, 5, 40]) {
    let above = 0;
    let below = 0;
    for (let k = 0; k <= trials; k++) {
      const probability = atMost(k, trials, 0.9) - atMost(k - 1, trials, 0.9);
      above += probability * evidenceAgainstAtMost(0.9, k, trials);
      below += probability * evidenceAgainstAtLeast(0.9, k, trials);
    }
    expect(above).toBeCloseTo(1, 8);
    expect(below).toBeCloseTo(1, 8);
  }
});

describe("Kaplan-Meier", () => {
  // Remission of leukaemia under 6-MP (Freireich et al., Blood 21 (1963) 699), the example of most textbooks; estimates, Greenwood's standard
  // errors and log-log intervals as in Collett, Modelling Survival Data in Medical Research, and Stata's `sts list`.
  const ended = [6, 6, 6, 7, 10, 13, 16, 22, 23].map((atMs) => ({ atMs, ended: true }));
  const watched = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35].map((atMs) => ({ atMs, ended: false }));
  const steps = kaplanMeier([...watched, ...ended]);

  test.each([
    [6, 21, 0.8571, 0.0764, 0.6197, 0.9516],
    [7, 17, 0.8067, 0.0869, 0.5631, 0.9228],
    [10, 15, 0.7529, 0.0963, 0.5032, 0.8894],
    [13, 12, 0.6902, 0.1068, 0.4316, 0.8491],
    [16, 11, 0.6275, 0.1141, 0.3675, 0.8049],
    [22, 7, 0.5378, 0.1282, 0.2678, 0.7468],
    [23, 6, 0.4482, 0.1346, 0.1881, 0.6801],
  ])("at %i", (atMs, atRisk, share, standardError, low, high) => {
    const step = steps.find((one) => one.atMs === atMs);
    expect(step?.atRisk).toBe(atRisk);
    expect(step?.share).toBeCloseTo(share, 4);
    expect(step?.standardError).toBeCloseTo(standardError, 4);
    expect(step?.interval?.low).toBeCloseTo(low, 4);
    expect(step?.interval?.high).toBeCloseTo(high, 4);
  });

  test("the median is 23 weeks; a quantile that the curve does not reach is not known", () => {
    expect(survivalQuantile(steps, 0.5)).toBe(23);
    expect(survivalQuantile(steps, 0.95)).toBeNull();
    expect(kaplanMeier(watched)).toEqual([]);
  });

  test("without censoring it is the plain share, and ends at 0 without an interval", () => {
    const all = kaplanMeier([1, 2, 3, 4].map((atMs) => ({ atMs, ended: true })));
    expect(all.map(({ share }) => share)).toEqual([0.75, 0.5, 0.25, 0]);
    expect(all.at(-1)?.interval).toBeNull();
    const twenty = kaplanMeier(Array.from({ length: 20 }, (_, index) => ({ atMs: index + 1, ended: true })));
    expect(survivalQuantile(twenty, 0.95)).toBe(19);
  });
});
