/** The marks between which a recovery is measured. */

/** The marks of the run's clock. */
export interface Timeline {
  readonly injectedAtMs: number | null;
  /** Send time of the first operation or probe sent after the injection that was not acknowledged. */
  readonly firstFailureAtMs: number | null;
  readonly detectedAtMs: number | null;
  /** When a fault that ends by itself had ended; null of one that is for good, or did not end. */
  readonly faultEndedAtMs: number | null;
  readonly runbookStartedAtMs: number | null;
  readonly runbookEndedAtMs: number | null;
  /** Answer time of the first write that was acknowledged again. */
  readonly firstServiceAtMs: number | null;
  /** The start of the hold: the high end of recovery. */
  readonly steadyAgainSinceMs: number | null;
}
