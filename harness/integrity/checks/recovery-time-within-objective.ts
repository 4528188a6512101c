/** Check: the recovery was as fast as promised. */
import type { Check } from "../check.ts";
import { judgeRecoveryTime } from "../objectives.ts";

/** Met only if the whole interval is within the limit, missed only if the whole interval is beyond it. */
export const recoveryTimeWithinObjectiveCheck: Check<"recovery-time-within-objective"> = {
  id: "recovery-time-within-objective",
  title: "Recovery time within objective",
  proves: "The whole interval that holds the recovery time is within the objective.",
  judge: judgeRecoveryTime,
};
