/** Names, patterns and paths of the command line to drills of the catalogue. */
import picomatch from "picomatch";
import { DrillError } from "../core/index.ts";
import { drillAtPath, type CatalogueEntry } from "./catalogue.ts";
import { didYouMean } from "./nearest.ts";

/**
 * The drills that were asked for, each once, in the order in which they were asked for.
 * @throws DrillError `usage` when nothing was asked for, or a name, pattern or path fits no drill.
 */
export function selectDrills(
  wanted: readonly string[],
  known: readonly CatalogueEntry[],
  cwd: string,
): readonly CatalogueEntry[] {
  const names = known.map((entry) => entry.id);
  if (wanted.length === 0)
    throw usage(
      `Which drill? Give a name, a pattern ('*' is all of them), or the path of a drill.ts.\n${listed(names)}`,
    );
  const selected = new Map<string, CatalogueEntry>();
  for (const word of wanted) {
    for (const entry of fitting(word, known, cwd)) selected.set(entry.file, entry);
  }
  return [...selected.values()];
}

function fitting(word: string, known: readonly CatalogueEntry[], cwd: string): readonly CatalogueEntry[] {
  if (/[/\\]|\.[jt]s$/.test(word)) return [drillAtPath(word, cwd)];
  const names = known.map((entry) => entry.id);
  const exact = known.find((entry) => entry.id === word);
  if (exact !== undefined) return [exact];
  if (!picomatch.scan(word).isGlob)
    throw usage(`There is no drill ${JSON.stringify(word)}.${didYouMean(word, names)}\n${listed(names)}`);
  const fits = picomatch(word);
  const matching = known.filter((entry) => fits(entry.id));
  if (matching.length === 0) throw usage(`No drill fits the pattern ${JSON.stringify(word)}.\n${listed(names)}`);
  return matching;
}

function listed(names: readonly string[]): string {
  return names.length === 0
    ? "There are no drills in this package."
    : `Drills: ${names.join(", ")} (npx drillbook list says what each proves).`;
}

function usage(message: string): DrillError {
  return new DrillError("usage", "command line", message);
}
