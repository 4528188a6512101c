/** What came of the runs of the catalogue's campaign, and its table for docs/track-record.md. Pure. */
import { z } from "zod";
import { folderOf } from "../../harness/cli/catalogue.ts";

/** How a drill was run: as it is, with all its controls, or with an empty page. */
export const COURSES = ["drill", "controls", "empty page"] as const;
export type Course = (typeof COURSES)[number];

/** One run of the campaign. */
export interface CatalogueRow {
  readonly drillId: string;
  readonly course: Course;
  readonly seed: number;
  /** What was run: the commit, `-dirty` with changes on top. */
  readonly commit: string;
  readonly outcome: string;
  /** Passed, or with an empty page failed. */
  readonly asExpected: boolean;
  readonly recoveryHighMs: number | null;
  /** Why it is no pass; empty for one. */
  readonly says: string;
}

const ROW: z.ZodType<CatalogueRow> = z.strictObject({
  drillId: z.string(),
  course: z.enum(COURSES),
  seed: z.int(),
  commit: z.string(),
  outcome: z.string(),
  asExpected: z.boolean(),
  recoveryHighMs: z.number().nullable(),
  says: z.string(),
});

/** Reads one line of the record. @throws when it is none. */
export function readRow(line: string): CatalogueRow {
  return ROW.parse(JSON.parse(line));
}

/** One line for each scenario: of how many runs how many came out as declared, the cases that they were of, and each that did not. */
export function catalogueTable(rows: readonly CatalogueRow[]): string {
  const scenarios = Map.groupBy(rows, ({ drillId }) => folderOf(drillId));
  return [
    "| drill | as declared | with its controls | empty page found out | cases | recovery time (high end) | not so |",
    "|---|---|---|---|---|---|---|",
    ...[...scenarios].sort(([a], [b]) => (a < b ? -1 : 1)).map(([scenario, of]) => tableRow(scenario, of)),
  ].join("\n");
}

function tableRow(scenario: string, rows: readonly CatalogueRow[]): string {
  const cells = [
    `\`${scenario}\``,
    ...COURSES.map((course) => share(rows.filter((row) => row.course === course))),
    String(new Set(rows.map(({ drillId }) => drillId)).size),
    range(
      rows.flatMap(({ asExpected, recoveryHighMs }) => (asExpected && recoveryHighMs !== null ? [recoveryHighMs] : [])),
    ),
    rows
      .filter(({ asExpected }) => !asExpected)
      .map(notAsExpected)
      .join("; "),
  ];
  return `| ${cells.join(" | ")} |`;
}

function share(rows: readonly CatalogueRow[]): string {
  if (rows.length === 0) return "not run";
  return `${rows.filter(({ asExpected }) => asExpected).length} of ${rows.length}`;
}

function range(timesMs: readonly number[]): string {
  if (timesMs.length === 0) return "";
  const [low, high] = [Math.min(...timesMs), Math.max(...timesMs)].map((ms) => (ms / 1000).toFixed(2));
  return low === high ? `${low} s` : `${low} to ${high} s`;
}

function notAsExpected({ drillId, course, seed, outcome, says }: CatalogueRow): string {
  const why = says.replaceAll(/[|\s]+/g, " ").slice(0, 160);
  return `\`${drillId}\` ${course === "drill" ? "" : `${course} `}seed ${seed}: ${outcome}, ${why}`;
}
