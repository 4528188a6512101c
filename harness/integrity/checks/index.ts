/** All checks, by the id that a plan names them by. A plan can name none that is not here. */
import type { CheckId } from "../../ledger/index.ts";
import { broken, type Check, type Judged, type PlanOf } from "../check.ts";
import type { Evidence } from "../evidence.ts";
import { lackingFor } from "../store-lacks.ts";
import { bystanderUnharmedCheck } from "./bystander-unharmed.ts";
import { clusterIdAsPromisedCheck } from "./cluster-id-as-promised.ts";
import { sameListFromEveryMemberCheck } from "./same-list-from-every-member.ts";
import { noLearnerCheck } from "./no-learner.ts";
import { noAlarmCheck } from "./no-alarm.ts";
import { quotaAsPromisedCheck } from "./quota-as-promised.ts";
import { everyMemberWritesCheck } from "./every-member-writes.ts";
import { oldDataCannotRejoinCheck } from "./old-data-cannot-rejoin.ts";
import { noFatalLogLineCheck } from "./no-fatal-log-line.ts";
import { noRecoveryFlagCheck } from "./no-recovery-flag.ts";
import { acknowledgedWritesKeptCheck } from "./acknowledged-writes-kept.ts";
import { commandsKnownCheck } from "./commands-known.ts";
import { convergedCheck } from "./converged.ts";
import { didNotConvergeCheck } from "./did-not-converge.ts";
import { everyStepRanCheck } from "./every-step-ran.ts";
import { faultConfirmedCheck } from "./fault-confirmed.ts";
import { harmAsDeclaredCheck } from "./harm-as-declared.ts";
import { leasesSaneCheck } from "./leases-sane.ts";
import { linearizableCheck } from "./linearizable.ts";
import { lossWithinObjectiveCheck } from "./loss-within-objective.ts";
import { membersAgreeCheck } from "./members-agree.ts";
import { membershipAsPromisedCheck } from "./membership-as-promised.ts";
import { nothingDuplicatedCheck } from "./nothing-duplicated.ts";
import { nothingLeftBehindCheck } from "./nothing-left-behind.ts";
import { nothingResurrectedCheck } from "./nothing-resurrected.ts";
import { onlyTheRunbookActedCheck } from "./only-the-runbook-acted.ts";
import { readBackCompleteCheck } from "./read-back-complete.ts";
import { recoveryTimeWithinObjectiveCheck } from "./recovery-time-within-objective.ts";
import { restartDoesNotSufficeCheck } from "./restart-does-not-suffice.ts";
import { restartKeepsDataCheck } from "./restart-keeps-data.ts";
import { revisionNotBackCheck } from "./revision-not-back.ts";
import { rolesBoundCheck } from "./roles-bound.ts";
import { serviceAsPromisedCheck } from "./service-as-promised.ts";
import { stayedSteadyCheck } from "./stayed-steady.ts";
import { steadyBeforeFaultCheck } from "./steady-before-fault.ts";
import { survivesRollingRestartCheck } from "./survives-rolling-restart.ts";
import { timeTrustworthyCheck } from "./time-trustworthy.ts";
import { transactionsWholeCheck } from "./transactions-whole.ts";
import { watchesToldCheck } from "./watches-told.ts";
import { workloadAdequateCheck } from "./workload-adequate.ts";

/** One check for every id. */
export type Checks = { readonly [K in CheckId]: Check<K> };

/** The checks. */
export const CHECKS: Checks = {
  "steady-before-fault": steadyBeforeFaultCheck,
  "workload-adequate": workloadAdequateCheck,
  "fault-confirmed": faultConfirmedCheck,
  "only-the-runbook-acted": onlyTheRunbookActedCheck,
  "commands-known": commandsKnownCheck,
  "roles-bound": rolesBoundCheck,
  "every-step-ran": everyStepRanCheck,
  converged: convergedCheck,
  "time-trustworthy": timeTrustworthyCheck,
  "read-back-complete": readBackCompleteCheck,
  "acknowledged-writes-kept": acknowledgedWritesKeptCheck,
  "loss-within-objective": lossWithinObjectiveCheck,
  "nothing-resurrected": nothingResurrectedCheck,
  "nothing-duplicated": nothingDuplicatedCheck,
  "transactions-whole": transactionsWholeCheck,
  linearizable: linearizableCheck,
  "members-agree": membersAgreeCheck,
  "restart-keeps-data": restartKeepsDataCheck,
  "membership-as-promised": membershipAsPromisedCheck,
  "cluster-id-as-promised": clusterIdAsPromisedCheck,
  "same-list-from-every-member": sameListFromEveryMemberCheck,
  "no-learner": noLearnerCheck,
  "no-alarm": noAlarmCheck,
  "quota-as-promised": quotaAsPromisedCheck,
  "every-member-writes": everyMemberWritesCheck,
  "no-recovery-flag": noRecoveryFlagCheck,
  "no-fatal-log-line": noFatalLogLineCheck,
  "old-data-cannot-rejoin": oldDataCannotRejoinCheck,
  "revision-not-back": revisionNotBackCheck,
  "survives-rolling-restart": survivesRollingRestartCheck,
  "leases-sane": leasesSaneCheck,
  "watches-told": watchesToldCheck,
  "service-as-promised": serviceAsPromisedCheck,
  "bystander-unharmed": bystanderUnharmedCheck(applyCheck),
  "recovery-time-within-objective": recoveryTimeWithinObjectiveCheck,
  "nothing-left-behind": nothingLeftBehindCheck,
  "stayed-steady": stayedSteadyCheck,
  "did-not-converge": didNotConvergeCheck,
  "restart-does-not-suffice": restartDoesNotSufficeCheck,
  "harm-as-declared": harmAsDeclaredCheck(applyCheck),
};

/**
 * Applies one check of a plan, or says why it is not judged: what it needs the store lacks, which never makes it pass. A plan that was not read by `readLedger` may name one that does not
 * exist.
 */
export function applyCheck<K extends CheckId>(plan: PlanOf<K> & { readonly id: K }, evidence: Evidence): Judged {
  if (!Object.hasOwn(CHECKS, plan.id)) return broken(`There is no check "${plan.id}" in this version.`);
  const lacking = lackingFor(plan.id, evidence.lacks);
  if (lacking !== null) {
    const summary = `Not judged, since the store lacks ${lacking.feature}: ${lacking.because}`;
    return { outcome: "skipped", summary, details: [] };
  }
  return CHECKS[plan.id].judge(evidence, plan);
}
