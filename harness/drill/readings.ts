/**
 * The readings of a page: which combinations of its open choices are drilled, and what each is called.
 * Not its business: what a choice means. That is the scenario's, and the page's.
 */
import type { Choices, Reading } from "../ledger/index.ts";

/** Every combination of the choices' values, in the order in which they are declared. */
export function allReadings(choices: Choices): readonly Reading[] {
  return Object.entries(choices).reduce<readonly Reading[]>(
    (readings, [choice, values]) =>
      readings.flatMap((reading) => values.map((value) => ({ ...reading, [choice]: value }))),
    [{}],
  );
}

/**
 * Readings that cover the choices pairwise: any two values of two choices that may go together do so in at least one of them, since
 * most defects that hang on choices at all hang on one or two (Kuhn, Kacker, Lei: NIST SP 800-142). Always the same for the
 * same choices: of all readings the first that covers the most pairs which are still open is taken, again and again.
 *
 * @param choices few: all combinations of them are looked at.
 * @param isPossible false for combinations that there cannot be; default: all are possible.
 */
export function pairwiseReadings(
  choices: Choices,
  isPossible: (reading: Reading) => boolean = () => true,
): readonly Reading[] {
  const candidates = allReadings(choices)
    .filter(isPossible)
    .map((reading) => ({ reading, pairs: pairsOf(reading) }));
  const open = new Set(candidates.flatMap(({ pairs }) => pairs));
  const taken: Reading[] = [];
  while (open.size > 0) {
    const [best] = candidates
      .map(({ reading, pairs }) => ({ reading, pairs, gain: pairs.filter((pair) => open.has(pair)).length }))
      .toSorted((a, b) => b.gain - a.gain);
    if (best === undefined) break;
    taken.push(best.reading);
    for (const pair of best.pairs) open.delete(pair);
  }
  return taken;
}

/** The values of a reading, as the name of a case: `killed-unpacked-over-n2-first`. */
export function caseOfReading(reading: Reading): string {
  return Object.values(reading).join("-");
}

/** Each pair of values in a reading; a choice that stands alone is a pair with itself. */
function pairsOf(reading: Reading): readonly string[] {
  const words = Object.entries(reading).map(([choice, value]) => `${choice}=${value}`);
  return words.flatMap((one, index) => words.slice(index).map((other) => `${one} ${other}`));
}
