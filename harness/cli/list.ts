/** `list`: the drills of this package, what each proves, how long it took and how it last came out. */
import { resolve } from "node:path";
import { formatMs, type Outcome } from "../core/index.ts";
import { drillName, type Drill } from "../drill/index.ts";
import { catalogue } from "./catalogue.ts";
import { loadScenario } from "./load-scenario.ts";
import { pastRuns, type PastRun } from "./past-runs.ts";
import { printable } from "./printable.ts";
import { writeText, type Terminal } from "./terminal.ts";

export interface ListCommand {
  readonly out: string;
  readonly json: boolean;
  readonly scenariosDir?: string;
}

/** One drill of the list. */
interface ListedDrill {
  readonly drillId: string;
  readonly title: string;
  readonly system: string;
  readonly proves: string;
  /** Median length of the runs that came out as declared, from base instant to last entry; null when none did. With a corrected page both runs of it. */
  readonly usualDurationMs: number | null;
  readonly runs: number;
  readonly lastRunId: string | null;
  readonly lastOutcome: Outcome | "skipped" | null;
  /** Whether the last run came out as a failure that is declared; null where a pass is declared, or it is not decided. */
  readonly lastAsDeclared: boolean | null;
  /** Of the last run of the corrected page, where there is one. */
  readonly lastCorrectedOutcome: Outcome | "skipped" | null;
}

/**
 * Prints the list.
 * @returns 0.
 * @throws DrillError `harness` when a scenario cannot be loaded: a list that leaves one out would hide it.
 */
export async function list(command: ListCommand, terminal: Terminal): Promise<number> {
  const runs = pastRuns(resolve(terminal.cwd, command.out));
  const scenarios = await Promise.all(catalogue(command.scenariosDir).map(loadScenario));
  const drills = scenarios.flat().map((drill) => listed(drill, runs));
  await writeText(terminal.stdout, command.json ? `${JSON.stringify(drills, null, 2)}\n` : table(drills));
  return 0;
}

function listed(drill: Drill, runs: readonly PastRun[]): ListedDrill {
  const drillId = drillName(drill);
  const all = runs.filter((run) => run.drillId === drillId && run.control === "none");
  const own = all.filter((run) => run.page === "as-written");
  const corrected = all.filter((run) => run.page === "corrected");
  const last = own.at(-1);
  const first = usual(
    own.filter((run) => (drill.expected.kind === "failed" ? run.asDeclared : run.outcome === "passed")),
  );
  const second = usual(corrected.filter((run) => run.outcome === "passed"));
  return {
    drillId,
    title: drill.title,
    system: drill.system.id,
    proves: drill.proves,
    usualDurationMs: first === null ? null : first + (second ?? 0),
    runs: own.length,
    lastRunId: last?.runId ?? null,
    lastOutcome: last?.outcome ?? null,
    lastAsDeclared: last?.asDeclared ?? null,
    lastCorrectedOutcome: corrected.at(-1)?.outcome ?? null,
  };
}

function table(drills: readonly ListedDrill[]): string {
  const rows = [
    ["DRILL", "SYSTEM", "USUALLY TAKES", "LAST OUTCOME", "PROVES"],
    ...drills.map((drill) => [
      drill.drillId,
      drill.system,
      drill.usualDurationMs === null ? "not known" : formatMs(drill.usualDurationMs),
      cameOut(drill),
      drill.proves,
    ]),
  ].map((row) => row.map(printable));
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}

function cameOut({ lastOutcome, lastAsDeclared, lastCorrectedOutcome }: ListedDrill): string {
  if (lastOutcome === null) return "never run";
  const declared = lastAsDeclared === null ? "" : lastAsDeclared ? ", as declared" : ", not as declared";
  return `${lastOutcome}${declared}${lastCorrectedOutcome === null ? "" : `; corrected page ${lastCorrectedOutcome}`}`;
}

function usual(runs: readonly PastRun[]): number | null {
  return median(runs.flatMap((run) => run.durationMs ?? []));
}

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
}
