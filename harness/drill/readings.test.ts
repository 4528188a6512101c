import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Choices, Reading } from "../ledger/index.ts";
import { allReadings, caseOfReading, pairwiseReadings } from "./readings.ts";

const CHOICES: Choices = {
  ended: ["killed", "stopped"],
  copied: ["over", "cleared"],
  order: ["up", "down"],
  how: ["a", "b", "c"],
};

/** The pairs of values that stand together in some reading. */
function together(readings: readonly Reading[]): ReadonlySet<string> {
  return new Set(
    readings.flatMap((reading) => {
      const words = Object.entries(reading).map((word) => word.join("="));
      return words.flatMap((one) => words.map((other) => `${one} ${other}`));
    }),
  );
}

const anyChoices = fc.dictionary(
  fc.stringMatching(/^[a-f]{1,3}$/),
  fc.uniqueArray(fc.stringMatching(/^[a-z]{1,4}$/), { minLength: 1, maxLength: 4 }),
  { maxKeys: 4, noNullPrototype: true },
);

describe("readings that cover choices pairwise", () => {
  test("have each pair of values, in far fewer than all combinations", () => {
    const readings = pairwiseReadings(CHOICES);
    expect(together(readings)).toEqual(together(allReadings(CHOICES)));
    expect(allReadings(CHOICES)).toHaveLength(24);
    expect(readings.length).toBeLessThanOrEqual(7);
    expect(pairwiseReadings(CHOICES)).toEqual(readings);
  });

  test("have each pair that is possible, and no reading that is not, whatever the choices", () => {
    fc.assert(
      fc.property(anyChoices, fc.integer({ min: 1, max: 5 }), (choices, nth) => {
        const isPossible = (reading: Reading): boolean => caseOfReading(reading).length % nth !== 0 || nth === 1;
        const readings = pairwiseReadings(choices, isPossible);
        expect(together(readings)).toEqual(together(allReadings(choices).filter(isPossible)));
        expect(readings.every(isPossible)).toBe(true);
        expect(new Set(readings.map((one) => JSON.stringify(one))).size).toBe(readings.length);
      }),
    );
  });

  test("of one choice are its values; of none there is nothing to cover", () => {
    expect(pairwiseReadings({ ended: ["killed", "stopped"] })).toEqual([{ ended: "killed" }, { ended: "stopped" }]);
    expect(pairwiseReadings({})).toEqual([]);
  });

  test("are called by their values", () => {
    expect(caseOfReading({ ended: "killed", copied: "over" })).toBe("killed-over");
  });
});
