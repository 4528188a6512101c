/** What is known of earlier runs from their folders. A folder that cannot be read counts for nothing here; `judge` says what is wrong with it. */
import { closeSync, fstatSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";
import { join } from "node:path";
import { OUTCOMES_WORST_FIRST, type Outcome } from "../core/index.ts";
import type { ObservedRecovery } from "../drill/index.ts";
import type { DrillResult } from "../integrity/index.ts";
import { PAGES, type PageKind } from "../ledger/index.ts";
import { isRunId } from "./run-id.ts";

/** One earlier run. */
export interface PastRun {
  readonly runId: string;
  readonly drillId: string;
  readonly outcome: Outcome | "skipped";
  /** `none` for the drill itself. */
  readonly control: string;
  readonly page: PageKind;
  /** Whether it came out as declared; null where a pass is declared, or this is not decided. */
  readonly asDeclared: boolean | null;
  /** The high end of its recovery time; null when it did not recover, or this is not known. */
  readonly recoveryHighMs: number | null;
  /** From the run's base instant to its last entry; null when the ledger cannot be read. */
  readonly durationMs: number | null;
}

/** In the folder of a drill that was skipped, instead of a result. */
export const SKIPPED_FILE = "skipped.json";

/** The last entry of a ledger fits in it many times. */
const TAIL_BYTES = 64 * 1024;

/** The runs below `outDir` that have a result or were skipped, oldest first. */
export function pastRuns(outDir: string): readonly PastRun[] {
  let names: string[];
  try {
    names = readdirSync(outDir);
  } catch {
    return [];
  }
  return names
    .filter(isRunId)
    .sort()
    .flatMap((runId) => {
      const run = pastRun(outDir, runId);
      return run === null ? [] : [run];
    });
}

/** The longest recovery of a drill below `outDir`, of the runs that passed; null when there is none. */
export function longestRecovery(outDir: string, drillId: string): ObservedRecovery | null {
  return pastRuns(outDir)
    .filter((run) => run.drillId === drillId && run.control === "none" && run.outcome === "passed")
    .flatMap(({ runId, recoveryHighMs }) => (recoveryHighMs === null ? [] : [{ runId, highMs: recoveryHighMs }]))
    .reduce<ObservedRecovery | null>((most, one) => (most === null || one.highMs > most.highMs ? one : most), null);
}

function pastRun(outDir: string, runId: string): PastRun | null {
  const ran = parsed(() => readFileSync(join(outDir, runId, "result.json"), "utf8"));
  const result = ran ?? parsed(() => readFileSync(join(outDir, runId, SKIPPED_FILE), "utf8"));
  const drillId = result?.["drillId"];
  const outcome = ran === null ? "skipped" : OUTCOMES_WORST_FIRST.find((known) => known === ran["outcome"]);
  if (typeof drillId !== "string" || outcome === undefined) return null;
  const control = result?.["control"];
  const page = ran === null ? "as-written" : PAGES.find((known) => known === ran["page"]);
  if (typeof control !== "string" || page === undefined) return null;
  return {
    runId,
    drillId,
    outcome,
    control,
    page,
    asDeclared: declaredOf(result),
    recoveryHighMs: highOf(result),
    durationMs: lastAtMs(join(outDir, runId, "ledger.ndjson")),
  };
}

function declaredOf(result: Readonly<Record<string, unknown>> | null): boolean | null {
  return (result as Partial<DrillResult> | null)?.declared?.asDeclared ?? null;
}

function highOf(result: Readonly<Record<string, unknown>> | null): number | null {
  const measured = (result as Partial<DrillResult> | null)?.measurements?.recoveryTimeMs?.high;
  return typeof measured === "number" ? measured : null;
}

function lastAtMs(file: string): number | null {
  const atMs = parsed(() => tail(file).trimEnd().split("\n").at(-1) ?? "")?.["atMs"];
  return typeof atMs === "number" ? atMs : null;
}

function tail(file: string): string {
  const descriptor = openSync(file, "r");
  try {
    const { size } = fstatSync(descriptor);
    const bytes = Buffer.alloc(Math.min(size, TAIL_BYTES));
    readSync(descriptor, bytes, 0, bytes.length, size - bytes.length);
    return bytes.toString("utf8");
  } finally {
    closeSync(descriptor);
  }
}

function parsed(read: () => string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(read());
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
