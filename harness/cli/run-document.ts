/** What `run --json` prints. */
import { serializeBothPages, serializeControls, serializeMatrix, serializeRepeats } from "../integrity/index.ts";
import type { Runs } from "./runs.ts";

/**
 * Of one drill the content of its result.json, byte for byte, or of the verdict over all its runs where there were several;
 * of several drills an object that holds them. Empty when nothing came of the one drill.
 */
export function runDocument(
  drills: number,
  { finished, notStarted, controls, bothPages, repeats, matrices }: Runs,
): string {
  if (drills === 1) {
    return (
      matrices.map(serializeMatrix)[0] ??
      controls.map(serializeControls)[0] ??
      repeats.map(serializeRepeats)[0] ??
      bothPages.map(serializeBothPages)[0] ??
      finished[0]?.resultText ??
      ""
    );
  }
  const results = finished.map(({ result }) => result);
  const sets = Object.entries({ controls, bothPages, repeats, matrices }).filter(([, of]) => of.length > 0);
  return `${JSON.stringify({ results, notStarted, ...Object.fromEntries(sets) }, null, 2)}\n`;
}
