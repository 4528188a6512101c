/** The table over the readings of a page: a line a case, its choices, and what came of it with each seed. */
import type { Outcome } from "../../core/index.ts";
import type { SuiteDrill, SuiteResult } from "../../integrity/index.ts";
import { countRange } from "../numbers.ts";

/** The readings of one scenario's page. */
export interface ReadingsTable {
  readonly scenario: string;
  readonly choices: readonly string[];
  readonly seeds: readonly number[];
  readonly rows: readonly {
    readonly name: string;
    /** The value of each choice, in their order. */
    readonly values: readonly string[];
    readonly cells: readonly ReadingCell[];
  }[];
}

/** What one case came to with one seed. */
export interface ReadingCell {
  /** The verdict: as declared is passed. Null: there is none. */
  readonly outcome: Outcome | null;
  /** What each page came to, with what was lost. */
  readonly says: string;
}

/** One table for each scenario of the suite whose page leaves choices open. */
export function readingsTables({ drills }: SuiteResult): readonly ReadingsTable[] {
  const read = drills.filter(({ reading }) => reading !== null);
  return [...Map.groupBy(read, ({ drillId }) => drillId.split(".")[0] ?? drillId)].map(([scenario, cases]) => {
    const choices = [...new Set(cases.flatMap(({ reading }) => Object.keys(reading ?? {})))];
    const seeds = [...new Set(cases.flatMap((one) => one.seeds.map(({ seed }) => seed)))].toSorted((a, b) => a - b);
    return {
      scenario,
      choices,
      seeds,
      rows: cases.map((one) => ({
        name: one.drillId.slice(scenario.length + 1) || one.drillId,
        values: choices.map((choice) => one.reading?.[choice] ?? "none"),
        cells: seeds.map((seed) => cellOf(one, seed)),
      })),
    };
  });
}

function cellOf({ kind, runs, seeds }: SuiteDrill, seed: number): ReadingCell {
  const said = runs
    .filter((run) => run.seed === seed)
    .map(({ lostWrites, outcome, page }) => {
      const which = kind === "both-pages" ? `${PAGE[page]} ` : "";
      return `${which}${outcome}, lost ${countRange(lostWrites)}`;
    });
  return {
    outcome: seeds.find((one) => one.seed === seed)?.outcome ?? null,
    says: said.length === 0 ? "no run" : said.join("; "),
  };
}

const PAGE: Readonly<Record<SuiteDrill["runs"][number]["page"], string>> = {
  "as-written": "as written",
  corrected: "corrected",
  given: "given",
};
