/** One verdict over the same drills against several versions of a program: a pure function of what came of each run. */
import { z } from "zod";
import { OUTCOMES_WORST_FIRST, worstOutcome, type Outcome } from "../core/index.ts";
import type { BothPagesResult } from "./both-pages.ts";
import type { DrillResult } from "./result.ts";

/** The version of matrix.json written now. */
export const MATRIX_SCHEMA_VERSION = 1;

/** What came of one drill against one version. */
export interface MatrixRun {
  readonly drillId: string;
  /** The one that was asked for. */
  readonly version: string;
  /** Empty when nothing was started; two where the page as written is declared to fail. */
  readonly results: readonly DrillResult[];
  /** The verdict over both pages, where there were two. */
  readonly bothPages: BothPagesResult | null;
  /** What failed outside of the record (a full disk, say). */
  readonly problems: readonly string[];
  /** Why there is no run; null when there is one. */
  readonly notRun: { readonly because: string; readonly isSkipped: boolean } | null;
}

/** One cell of the table. */
export interface MatrixCell {
  readonly version: string;
  /** `skipped` takes nothing from the others: the drill needs what is absent here. */
  readonly outcome: Outcome | "skipped";
  /** True where the page as written failed as declared and the corrected page passed. */
  readonly asDeclared: boolean;
  readonly runIds: readonly string[];
  /** Of the last run, from injection to steady again; null when it was not measured. */
  readonly recoveryTimeMs: { readonly low: number | null; readonly high: number | null } | null;
  /** Why it is no pass: the worst findings first, then what else counts. */
  readonly because: readonly string[];
}

/** `matrix.json`. */
export interface MatrixResult {
  readonly schemaVersion: typeof MATRIX_SCHEMA_VERSION;
  /** The family of programs, e.g. `etcd`. */
  readonly program: string;
  readonly versions: readonly string[];
  readonly outcome: Outcome;
  /** One row a drill, one cell a version. */
  readonly rows: readonly { readonly drillId: string; readonly cells: readonly MatrixCell[] }[];
}

const text = z.string();
const time = z.number().nullable();
const SCHEMA: z.ZodType<MatrixResult> = z.strictObject({
  schemaVersion: z.literal(MATRIX_SCHEMA_VERSION),
  program: text,
  versions: z.array(text),
  outcome: z.enum(OUTCOMES_WORST_FIRST),
  rows: z.array(
    z.strictObject({
      drillId: text,
      cells: z.array(
        z.strictObject({
          version: text,
          outcome: z.enum([...OUTCOMES_WORST_FIRST, "skipped"]),
          asDeclared: z.boolean(),
          runIds: z.array(text),
          recoveryTimeMs: z.strictObject({ low: time, high: time }).nullable(),
          because: z.array(text),
        }),
      ),
    }),
  ),
});

/** What was asked for. */
export interface MatrixPlan {
  readonly program: string;
  readonly versions: readonly string[];
  readonly drillIds: readonly string[];
}

/** Judges the table. A cell that nobody filled is inconclusive; a run of another version than its column's is broken. */
export function judgeMatrix(plan: MatrixPlan, runs: readonly MatrixRun[]): MatrixResult {
  const rows = plan.drillIds.map((drillId) => ({
    drillId,
    cells: plan.versions.map((version) => {
      const run = runs.find((one) => one.drillId === drillId && one.version === version);
      return run === undefined ? emptyCell(version) : cellOf(plan.program, run);
    }),
  }));
  const outcomes = rows.flatMap(({ cells }) =>
    cells.flatMap(({ outcome }) => (outcome === "skipped" ? [] : [outcome])),
  );
  return {
    schemaVersion: MATRIX_SCHEMA_VERSION,
    program: plan.program,
    versions: plan.versions,
    outcome: worstOutcome(outcomes),
    rows,
  };
}

/** The bytes of matrix.json. */
export function serializeMatrix(result: MatrixResult): string {
  return `${JSON.stringify(SCHEMA.parse(result), undefined, 2)}\n`;
}

function emptyCell(version: string): MatrixCell {
  return {
    version,
    outcome: "inconclusive",
    asDeclared: false,
    runIds: [],
    recoveryTimeMs: null,
    because: ["it was not run"],
  };
}

function cellOf(program: string, run: MatrixRun): MatrixCell {
  const { bothPages, notRun, problems, results, version } = run;
  if (notRun !== null) {
    const outcome = notRun.isSkipped ? "skipped" : "broken";
    return { ...emptyCell(version), outcome, because: [notRun.because] };
  }
  const strange = results.flatMap((result) => otherVersion(program, version, result));
  const judged = bothPages === null ? results.map(({ outcome }) => outcome) : [bothPages.outcome];
  const last = results.at(-1);
  return {
    version,
    outcome: worstOutcome([...judged, ...[...strange, ...problems].map(() => "broken" as const)]),
    asDeclared: bothPages?.outcome === "passed",
    runIds: results.map(({ runId }) => runId),
    recoveryTimeMs:
      last === undefined || last.outcome !== "passed"
        ? null
        : { low: last.measurements.recoveryTimeMs.low, high: last.measurements.recoveryTimeMs.high },
    because: [...strange, ...(bothPages === null ? results.flatMap(whyNoPass) : bothPages.because), ...problems],
  };
}

/** The record says what ran; a column must hold nothing else. */
function otherVersion(program: string, version: string, { environment, runId }: DrillResult): readonly string[] {
  // What stands at hand in a version of its own (`etcd@3.5.0`) is a part of the disaster.
  const ran = environment.programs.filter(({ name }) => name.startsWith(program) && !name.includes("@"));
  if (ran.length === 0) return [`${runId} has no ${program} on record`];
  return ran.flatMap((one) => (one.version === version ? [] : [`${runId} ran with ${one.name} ${one.version}`]));
}

/** Findings in the order of badness; those that are inconclusive only because another failed would drown it. */
function whyNoPass({ findings, notes, outcome }: DrillResult): readonly string[] {
  if (outcome === "passed") return [];
  const worst = findings.filter((one) => one.outcome === outcome);
  return worst.length === 0 ? notes : worst.map(({ checkId, summary }) => `${checkId}: ${summary}`);
}
