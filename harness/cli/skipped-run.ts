/**
 * Drills that this machine cannot do: a drill says by its system, its fault and of its page what it needs, and is skipped with the reason where that is
 * absent. It leaves a folder as a run does, so that a CI system and `list` show it, and never counts as passed.
 */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DrillError } from "../core/index.ts";
import type { Drill } from "../drill/index.ts";
import type { ControlPlan } from "../ledger/index.ts";
import { renderSkipped } from "../report/index.ts";
import type { AbsentCapability } from "../substrate/index.ts";
import { SKIPPED_FILE } from "./past-runs.ts";
import { writeWhole } from "./run-folder.ts";
import { newRunId } from "./run-id.ts";

/** A drill that was not run, and why. */
export interface SkippedRun {
  readonly drillId: string;
  /** `none` for the drill itself. */
  readonly control: ControlPlan["kind"];
  readonly seed: number;
  readonly because: string;
}

/** @throws DrillError `skipped` when the drill needs what is absent here. */
export function skipUnlessCapable(
  drill: Pick<Drill, "fault" | "needs"> & { readonly system: Pick<Drill["system"], "needs"> },
  absent: readonly AbsentCapability[],
): void {
  const needs = new Set([...(drill.fault.needs ?? []), ...(drill.needs ?? []), ...drill.system.needs]);
  const missing = absent.filter(({ capability }) => needs.has(capability));
  if (missing.length === 0) return;
  const reasons = missing.map(({ capability, reason }) => `${capability} (${reason})`).join(", ");
  throw new DrillError("skipped", "prepare", `it needs what is absent here: ${reasons}`);
}

/**
 * Writes skipped.json and junit.xml into a folder of a run's name below `outDir`.
 * @throws DrillError `environment` when they cannot be written.
 */
export function writeSkipped(outDir: string, skipped: SkippedRun): void {
  const runId = newRunId(skipped.drillId);
  const runDir = join(outDir, runId);
  mkdirSync(runDir, { recursive: true });
  writeWhole(join(runDir, SKIPPED_FILE), `${JSON.stringify({ runId, ...skipped }, null, 2)}\n`);
  writeWhole(join(runDir, "junit.xml"), renderSkipped(skipped));
}
