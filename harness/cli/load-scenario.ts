/** Loads scenarios. In a file of its own, since it brings in what a drill needs, and the front of a run starts its worker first. */
import { pathToFileURL } from "node:url";
import { DrillError, messageOf } from "../core/index.ts";
import { drillName, type Drill } from "../drill/index.ts";
import { folderOf, type CatalogueEntry } from "./catalogue.ts";
import { didYouMean } from "./nearest.ts";
import { scenarioFlaw } from "./scenario-flaws.ts";
import { SeveralCases } from "./several-cases.ts";

/**
 * Imports a scenario: all drills in it, in its own order.
 * @throws DrillError `harness` when it cannot be imported or is no scenario; the message names the file and what is missing.
 */
export async function loadScenario({ id, file }: CatalogueEntry): Promise<readonly Drill[]> {
  let module: { readonly default?: unknown };
  try {
    module = (await import(pathToFileURL(file).href)) as { readonly default?: unknown };
  } catch (error) {
    throw new DrillError("harness", "load scenario", `${file} could not be imported: ${messageOf(error)}`, {
      cause: error,
    });
  }
  const flaw = scenarioFlaw(module.default, folderOf(id));
  if (flaw !== undefined) {
    throw new DrillError("harness", "load scenario", `${file} ${flaw} (docs/writing-a-drill.md shows a whole one).`);
  }
  return [module.default as Drill | readonly Drill[]].flat();
}

/**
 * The one drill of an entry.
 * @throws SeveralCases when the entry stands for several.
 * @throws DrillError as `loadScenario`, and `usage` when the scenario has no case of this name.
 */
export async function loadDrill(entry: CatalogueEntry): Promise<Drill> {
  const drills = await loadScenario(entry);
  const exact = drills.find((drill) => drillName(drill) === entry.id);
  if (exact !== undefined) return exact;
  const names = drills.map(drillName);
  if (entry.id === folderOf(entry.id)) throw new SeveralCases(names);
  throw new DrillError(
    "usage",
    "command line",
    `There is no drill ${JSON.stringify(entry.id)}.${didYouMean(entry.id, names)}\nIts scenario has: ${names.join(", ")}.`,
  );
}

/**
 * The full names of the drills in a scenario. One that cannot be loaded stands for itself: its run will say what is wrong.
 */
export async function drillNamesIn(scenario: CatalogueEntry): Promise<readonly string[]> {
  try {
    return (await loadScenario(scenario)).map(drillName);
  } catch (error) {
    if (error instanceof DrillError) return [scenario.id];
    throw error;
  }
}
