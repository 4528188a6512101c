/** "Did you mean": the nearest of the known names. Commander does the same for options and commands by itself. */
import { closest, distance } from "fastest-levenshtein";

/** The name nearest to `given`, or undefined when nothing is near (more than half of its letters differ). */
export function nearestName(given: string, names: readonly string[]): string | undefined {
  if (names.length === 0) return undefined;
  const nearest = closest(given, [...names]);
  const contained = given.length >= 3 && nearest.includes(given);
  return contained || distance(given, nearest) <= Math.max(given.length, nearest.length) / 2 ? nearest : undefined;
}

/** A sentence with the nearest name, or an empty text. */
export function didYouMean(given: string, names: readonly string[]): string {
  const nearest = nearestName(given, names);
  return nearest === undefined ? "" : ` Did you mean ${nearest}?`;
}
