/** Integrity: from a ledger to findings and the verdict. Pure: no clock, no files, no network, no cluster. */
export { CHECKS } from "./checks/index.ts";
export {
  judgeBothPages,
  serializeBothPages,
  type BothPages,
  type BothPagesResult,
  type ShownPageRun,
} from "./both-pages.ts";
export type { Check, Source } from "./check.ts";
export {
  judgeControls,
  serializeControls,
  type ControlNotRun,
  type ControlsResult,
  type ControlsRun,
} from "./controls.ts";
export { judgeMatrix, serializeMatrix, type MatrixCell, type MatrixResult, type MatrixRun } from "./matrix.ts";
export { judge } from "./judge.ts";
export { lackingFor } from "./store-lacks.ts";
export { lostKeysText } from "./lost-keys.ts";
export { parseResult, resultJsonSchema, serializeResult } from "./result-schema.ts";
export type * from "./result.ts";
export { judgeRepeats } from "./repeats/judge-repeats.ts";
export type * from "./repeats/repeats-result.ts";
export { repeatsJsonSchema, serializeRepeats } from "./repeats/repeats-schema.ts";
export { parseSuite, serializeSuite } from "./suite/suite-schema.ts";
export {
  judgeSuite,
  mergeSuites,
  type DrillWithout,
  type SuiteDrill,
  type SuitePart,
  type SuiteResult,
  type SuiteRun,
} from "./suite/suite.ts";
export { runOfSet, type RunOfSet } from "./repeats/run-of-set.ts";
