/** Names, patterns and paths of the command line to drills of the catalogue. */
import picomatch from "picomatch";
import { DrillError } from "../core/index.ts";
import { folderOf, scenarioAtPath, type CatalogueEntry } from "./catalogue.ts";
import { didYouMean } from "./nearest.ts";

/** Where drills are looked for. */
export interface Selection {
  /** The scenarios of the package. */
  readonly known: readonly CatalogueEntry[];
  readonly cwd: string;
  /** The full names of the drills in a scenario. Takes time: it loads the scenario. */
  readonly drillsIn: (scenario: CatalogueEntry) => Promise<readonly string[]>;
  /** False: a scenario that is asked for alone by its name or path stands for all its drills, and is not loaded here. */
  readonly expand: boolean;
}

/**
 * The drills that were asked for, each once, in the order in which they were asked for. Patterns are matched with full
 * names, and a pattern that fits a scenario's name means all its drills.
 * @throws DrillError `usage` when nothing was asked for, or a name, pattern or path fits no drill; what `drillsIn` throws.
 */
export async function selectDrills(
  wanted: readonly string[],
  selection: Selection,
): Promise<readonly CatalogueEntry[]> {
  if (wanted.length === 0)
    throw usage(
      `Which drill? Give a name, a pattern ('*' is all of them), or the path of a drill.ts.\n${listed(selection)}`,
    );
  const [alone, ...others] = wanted;
  if (!selection.expand && alone !== undefined && others.length === 0) {
    const scenario = scenarioOf(alone, selection);
    if (scenario !== undefined) return [scenario];
  }
  const selected = new Map<string, CatalogueEntry>();
  for (const word of wanted) {
    for (const entry of await fitting(word, selection)) selected.set(`${entry.file} ${entry.id}`, entry);
  }
  return [...selected.values()];
}

/** The scenario that a word names as a whole, by its name or its path. */
function scenarioOf(word: string, { known, cwd }: Selection): CatalogueEntry | undefined {
  return /[/\\]|\.[jt]s$/.test(word) ? scenarioAtPath(word, cwd) : known.find((entry) => entry.id === word);
}

async function fitting(word: string, selection: Selection): Promise<readonly CatalogueEntry[]> {
  const scenario = scenarioOf(word, selection);
  if (scenario !== undefined) return drillsOf(scenario, selection);
  if (picomatch.scan(word).isGlob) return matching(word, selection);
  const names = selection.known.map((entry) => entry.id);
  const itsScenario = selection.known.find((entry) => entry.id === folderOf(word));
  if (itsScenario === undefined)
    throw usage(`There is no drill ${JSON.stringify(word)}.${didYouMean(word, names)}\n${listed(selection)}`);
  const drills = await drillsOf(itsScenario, selection);
  const drill = drills.find((entry) => entry.id === word);
  if (drill !== undefined) return [drill];
  const cases = drills.map((entry) => entry.id);
  throw usage(`There is no drill ${JSON.stringify(word)}.${didYouMean(word, cases)}\nDrills: ${cases.join(", ")}.`);
}

async function matching(pattern: string, selection: Selection): Promise<readonly CatalogueEntry[]> {
  const fits = picomatch(pattern);
  const all = await Promise.all(
    selection.known.map(async (scenario) => {
      const drills = await drillsOf(scenario, selection);
      return fits(scenario.id) ? drills : drills.filter((drill) => fits(drill.id));
    }),
  );
  const found = all.flat();
  if (found.length === 0) throw usage(`No drill fits the pattern ${JSON.stringify(pattern)}.\n${listed(selection)}`);
  return found;
}

async function drillsOf(scenario: CatalogueEntry, { drillsIn }: Selection): Promise<readonly CatalogueEntry[]> {
  return (await drillsIn(scenario)).map((id) => ({ id, file: scenario.file }));
}

function listed({ known }: Selection): string {
  return known.length === 0
    ? "There are no drills in this package."
    : `Drills: ${known.map((entry) => entry.id).join(", ")} (npx drillbook list says what each proves).`;
}

function usage(message: string): DrillError {
  return new DrillError("usage", "command line", message);
}
