/**
 * Which checks a run is judged by. Every drill is judged by all of them: there is no way to leave one out. A control is
 * judged by those that fit its course, and by the one that says what it must show.
 */
import type { CheckPlan, ControlPlan } from "../ledger/index.ts";
import { bystanderChecks } from "./bystander.ts";
import type { Drill, DrillSettings } from "./drill.ts";
import { drillName } from "./drill-name.ts";
import { DELIVER_WITHIN_MS } from "./held-open.ts";
import { promisedMembership } from "./promised-members.ts";

type LeaseSettings = Pick<DrillSettings, "leaseSlackMs">;

/** The checks of a drill, or of one of its controls. */
export function checksOf(drill: Drill, control: ControlPlan, settings: LeaseSettings): readonly CheckPlan[] {
  switch (control.kind) {
    case "none":
      return [
        ...GROUND,
        ...faultChecks(drill),
        ...(drill.runbook === null ? [] : PAGE),
        { id: "converged" },
        ...(drill.service === undefined ? [] : [{ id: "service-as-promised", promised: drill.service } as const]),
        ...TIME,
        ...DATA,
        LOSS,
        ...clusterChecks(drill, control, settings),
        { id: "old-data-cannot-rejoin" },
        ...bystanderChecks(drill.system),
        ...END,
      ];
    case "no-fault":
      return [
        ...GROUND,
        ACTED,
        { id: "stayed-steady" },
        ...DATA,
        ...clusterChecks(drill, control, settings),
        ...bystanderChecks(drill.system),
        ...END,
      ];
    case "no-recovery": {
      const { selfHealing } = drill.controls;
      return [...GROUND, ...faultChecks(drill), { id: "did-not-converge", selfHealing }, ...END];
    }
    case "restart-only":
      return [...GROUND, ...faultChecks(drill), { id: "restart-does-not-suffice" }, ...END];
    case "recovery-only": {
      const { recoveryOnly } = drill.controls;
      if (recoveryOnly.kind === "not-applicable")
        throw new RangeError(`${drillName(drill)} declares recovery-only as not applicable`);
      const { roles: _roles, ...declared } = recoveryOnly;
      return [
        ...GROUND,
        ACTED,
        COMMANDS,
        { id: "harm-as-declared", declared, checks: harmChecks(drill, control, settings) },
        ...END,
      ];
    }
  }
}

/** The ground that everything else stands on. */
const GROUND: readonly CheckPlan[] = [{ id: "steady-before-fault" }, { id: "workload-adequate" }];

const ACTED: CheckPlan = { id: "only-the-runbook-acted" };

function faultChecks(drill: Drill): readonly CheckPlan[] {
  return [{ id: "fault-confirmed", signs: drill.fault.signs }, ACTED];
}

/** Where a page is followed, its commands were checked before. */
const COMMANDS: CheckPlan = { id: "commands-known" };

/** What the page did. */
const PAGE: readonly CheckPlan[] = [COMMANDS, { id: "roles-bound" }, { id: "every-step-ran" }];

const TIME: readonly CheckPlan[] = [{ id: "time-trustworthy" }, { id: "recovery-time-within-objective" }];

/** What became of the data. */
const DATA: readonly CheckPlan[] = [
  { id: "read-back-complete" },
  { id: "acknowledged-writes-kept" },
  { id: "nothing-resurrected" },
  { id: "nothing-duplicated" },
  { id: "transactions-whole" },
  { id: "linearizable" },
  { id: "members-agree" },
  { id: "restart-keeps-data" },
];

/** Needs a recovery point, which a run without a page has not. */
const LOSS: CheckPlan = { id: "loss-within-objective" };

/** What became of the cluster. */
function clusterChecks(drill: Drill, control: ControlPlan, settings: LeaseSettings): readonly CheckPlan[] {
  const membership = promisedMembership(drill, control);
  return [
    { id: "membership-as-promised", voters: membership.voters },
    { id: "cluster-id-as-promised", clusterId: membership.clusterId },
    { id: "same-list-from-every-member" },
    { id: "no-learner" },
    { id: "no-alarm" },
    { id: "quota-as-promised", quota: membership.quota ?? "kept" },
    { id: "every-member-writes" },
    { id: "no-recovery-flag", ...drill.system.recoveryFlags },
    { id: "no-fatal-log-line" },
    { id: "revision-not-back", mayGoBack: membership.revisionMayGoBack },
    { id: "survives-rolling-restart" },
    { id: "leases-sane", slackMs: settings.leaseSlackMs },
    { id: "watches-told", deliverWithinMs: DELIVER_WITHIN_MS, mayGoBack: membership.revisionMayGoBack },
  ];
}

/** Harm is what becomes of the cluster and its data: a page that sees that it is not needed, and stops, does none. */
function harmChecks(drill: Drill, control: ControlPlan, settings: LeaseSettings): readonly CheckPlan[] {
  return [
    { id: "converged" },
    ...DATA,
    LOSS,
    ...clusterChecks(drill, control, settings),
    ...bystanderChecks(drill.system),
  ];
}

const END: readonly CheckPlan[] = [{ id: "nothing-left-behind" }];
