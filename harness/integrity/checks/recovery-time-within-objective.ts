/** Check: the recovery was as fast as promised. */
import type { Check } from "../check.ts";
import { judgeRecoveryTime } from "../objectives.ts";

/** Met only if the whole interval is within the limit, missed only if the whole interval is beyond it. */
export const recoveryTimeWithinObjectiveCheck: Check<"recovery-time-within-objective"> = {
  id: "recovery-time-within-objective",
  title: "Recovery time within objective",
  proves: "The whole interval that holds the recovery time is within the objective.",
  source: {
    address: "https://csrc.nist.gov/glossary/term/recovery_time_objective",
    fact: "A recovery time objective is the longest that a system may be in recovery before its mission is harmed; a measurement is an interval, and only the whole of it meets or misses the limit.",
  },
  judge: judgeRecoveryTime,
};
