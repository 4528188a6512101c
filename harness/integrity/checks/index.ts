/** All checks, by the id that a plan names them by. A plan can name none that is not here. */
import type { CheckId } from "../../ledger/index.ts";
import type { Check } from "../check.ts";
import { acknowledgedWritesKeptCheck } from "./acknowledged-writes-kept.ts";
import { convergedCheck } from "./converged.ts";
import { everyStepRanCheck } from "./every-step-ran.ts";
import { faultConfirmedCheck } from "./fault-confirmed.ts";
import { lossWithinObjectiveCheck } from "./loss-within-objective.ts";
import { membersAgreeCheck } from "./members-agree.ts";
import { membershipAsPromisedCheck } from "./membership-as-promised.ts";
import { nothingLeftBehindCheck } from "./nothing-left-behind.ts";
import { nothingResurrectedCheck } from "./nothing-resurrected.ts";
import { onlyTheRunbookActedCheck } from "./only-the-runbook-acted.ts";
import { readBackCompleteCheck } from "./read-back-complete.ts";
import { recoveryTimeWithinObjectiveCheck } from "./recovery-time-within-objective.ts";
import { revisionNotBackCheck } from "./revision-not-back.ts";
import { rolesBoundCheck } from "./roles-bound.ts";
import { steadyBeforeFaultCheck } from "./steady-before-fault.ts";
import { survivesRollingRestartCheck } from "./survives-rolling-restart.ts";
import { timeTrustworthyCheck } from "./time-trustworthy.ts";
import { workloadAdequateCheck } from "./workload-adequate.ts";

/** One check for every id. */
export type Checks = { readonly [K in CheckId]: Check<K> };

/** The checks. */
export const CHECKS: Checks = {
  "steady-before-fault": steadyBeforeFaultCheck,
  "workload-adequate": workloadAdequateCheck,
  "fault-confirmed": faultConfirmedCheck,
  "only-the-runbook-acted": onlyTheRunbookActedCheck,
  "roles-bound": rolesBoundCheck,
  "every-step-ran": everyStepRanCheck,
  converged: convergedCheck,
  "time-trustworthy": timeTrustworthyCheck,
  "read-back-complete": readBackCompleteCheck,
  "acknowledged-writes-kept": acknowledgedWritesKeptCheck,
  "loss-within-objective": lossWithinObjectiveCheck,
  "nothing-resurrected": nothingResurrectedCheck,
  "members-agree": membersAgreeCheck,
  "membership-as-promised": membershipAsPromisedCheck,
  "revision-not-back": revisionNotBackCheck,
  "survives-rolling-restart": survivesRollingRestartCheck,
  "recovery-time-within-objective": recoveryTimeWithinObjectiveCheck,
  "nothing-left-behind": nothingLeftBehindCheck,
};
