/** A scenario was asked for as if it were one drill, and has several: an answer, and no failure. */
export class SeveralCases extends Error {
  override readonly name = "SeveralCases";
  /** The full names. */
  readonly drillIds: readonly string[];

  constructor(drillIds: readonly string[]) {
    super(`This scenario has several drills: ${drillIds.join(", ")}`);
    this.drillIds = drillIds;
  }
}
