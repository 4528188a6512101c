/** The table of drills and versions, for people: Markdown that also reads well on a terminal. */
import type { MatrixCell, MatrixResult } from "../integrity/index.ts";
import { secondsRange } from "./numbers.ts";
import { escaped } from "./summary.ts";

/** More reasons are in the runs' own reports. */
const MOST_REASONS = 3;

/** `matrix.md`: the verdict, the table, and why a cell is no pass. */
export function renderMatrix(result: MatrixResult): string {
  const { outcome, program, rows, versions } = result;
  const table = [
    ["drill", ...versions.map((version) => `${program} ${version}`)],
    ...rows.map(({ drillId, cells }) => [drillId, ...cells.map(cellText)]),
  ];
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  const [head, ...body] = table.map(
    (row) => `| ${row.map((cell, column) => escaped(cell).padEnd(widths[column] ?? 0)).join(" | ")} |`,
  );
  const reasons = rows.flatMap(({ drillId, cells }) =>
    cells.filter(({ because }) => because.length > 0).map((cell) => reasonsOf(drillId, program, cell)),
  );
  return [
    `${outcome.toUpperCase()}  ${rows.length === 1 ? "one drill" : `${rows.length} drills`} against ${program} ${escaped(versions.join(", "))}`,
    "",
    head ?? "",
    `|${widths.map((width) => "-".repeat(width + 2)).join("|")}|`,
    ...body,
    ...(reasons.length === 0 ? [] : ["", ...reasons]),
    "",
  ].join("\n");
}

function cellText({ asDeclared, outcome, recoveryTimeMs }: MatrixCell): string {
  const word = asDeclared ? "as declared" : outcome;
  const { low = null, high = null } = recoveryTimeMs ?? {};
  return low === null || high === null ? word : `${word}, ${secondsRange({ low, high })}`;
}

function reasonsOf(drillId: string, program: string, { because, outcome, runIds, version }: MatrixCell): string {
  const more = because.length > MOST_REASONS ? ` (and ${because.length - MOST_REASONS} more)` : "";
  const run = runIds.length === 0 ? "" : ` (${runIds.join(", ")})`;
  const reasons = because.slice(0, MOST_REASONS).join("; ");
  return `- ${outcome}: ${escaped(`${drillId}, ${program} ${version}${run}: ${reasons}${more}`)}`;
}
