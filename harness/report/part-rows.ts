/**
 * The parts of the recovery time as they are printed. Hundredths of a second are rounded so that they add up to the total
 * that is printed beside them: each line shows the difference of two rounded sums, which is off by less than 0.01 s.
 */
import type { RecoveryPart } from "../integrity/index.ts";
import { secondsNumber } from "./numbers.ts";

/** One line: a part, or what a step took of its part. */
export interface PartRow {
  readonly part: RecoveryPart["part"];
  /** Null for the part itself; else a step's id with its line, or the time between steps. */
  readonly step: string | null;
  readonly duration: string;
}

/** The lines in order, each part before its steps; the parts add up to the total, and the steps to their part. */
export function partRows(parts: readonly RecoveryPart[]): { readonly rows: readonly PartRow[]; readonly sum: string } {
  const rows: PartRow[] = [];
  let untilMs = 0;
  for (const { durationMs, part, steps } of parts) {
    rows.push({ part, step: null, duration: between(untilMs, untilMs + durationMs) });
    let stepUntilMs = untilMs;
    for (const { id, line, durationMs: stepMs } of steps) {
      const step = id === null ? "between the steps" : `${id} (line ${line})`;
      rows.push({ part, step, duration: between(stepUntilMs, stepUntilMs + stepMs) });
      stepUntilMs += stepMs;
    }
    untilMs += durationMs;
  }
  return { rows, sum: `${(hundredths(untilMs) / 100).toFixed(2)} s` };
}

function between(fromMs: number, untilMs: number): string {
  return `${((hundredths(untilMs) - hundredths(fromMs)) / 100).toFixed(2)} s`;
}

/** Rounded up, as the high end of the recovery time is. */
function hundredths(ms: number): number {
  return Math.round(Number(secondsNumber(ms, "up")) * 100);
}
