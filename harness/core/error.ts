/**
 * The one error class of the harness. "Not reachable" is never an error here: probes and clients record it (law 5).
 */

/**
 * What kind of trouble it is; the exit code follows from it.
 *
 * - `usage`: the person's input is wrong (exit 2).
 * - `environment`: this machine lacks something, or something on it failed (exit 3).
 * - `harness`: a defect of Drillbook, or of a scenario (exit 3).
 * - `interrupted`: the run was told to end (exit 130).
 * - `skipped`: this machine cannot do what the drill is about; nothing is proven, and nothing is wrong (exit 4 when no drill ran).
 */
export type DrillErrorCode = "usage" | "environment" | "harness" | "interrupted" | "skipped";

/** An error that says what was being done to what, what was expected, what was seen, and what to do next. */
export class DrillError extends Error {
  override readonly name: string = "DrillError";
  readonly code: DrillErrorCode;
  /** The phase of the drill it happened in, or the command that was run; for the reader, never parsed. */
  readonly phase: string;

  constructor(code: DrillErrorCode, phase: string, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options);
    this.code = code;
    this.phase = phase;
  }
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
