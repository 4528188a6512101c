/** Turns what a scenario declares into the judgement plan, as data for the ledger's header (law 1). */
import type { CheckPlan, JudgementPlan } from "../ledger/index.ts";
import type { Drill, DrillSettings } from "./drill.ts";

/** How much the workload must have proven before the injection; see WorkloadPlan. */
const ADEQUACY = { windowMs: 5000, acknowledgedShare: 0.9, lastWriteWithinMs: 50 } as const;

/** The judgement plan of a drill. */
export function judgementPlan(drill: Drill, settings: DrillSettings): JudgementPlan {
  return {
    checks: checksOf(drill),
    // How a backup is read is no data, and not needed to judge.
    recoveryPoint: { kind: drill.recoveryPoint.kind, description: drill.recoveryPoint.description },
    objectives: drill.objectives,
    steadyState: { voters: drill.membership.voters },
    holdForMs: settings.holdForMs,
    detection: { unavailableForMs: settings.unavailableForMs },
    serviceProbe: { periodMs: settings.serviceProbePeriodMs, timeoutMs: settings.serviceProbeTimeoutMs },
    clusterProbe: { periodMs: settings.clusterProbePeriodMs, timeoutMs: settings.clusterProbeTimeoutMs },
    workload: {
      writesPerSecond: settings.writesPerSecond,
      readsPerSecond: settings.readsPerSecond,
      timeoutMs: settings.operationTimeoutMs,
      clients: settings.clients,
      adequacy: ADEQUACY,
    },
  };
}

/** Every drill is judged by all of these: there is no way to leave one out. */
function checksOf(drill: Drill): readonly CheckPlan[] {
  return [
    { id: "steady-before-fault" },
    { id: "workload-adequate" },
    { id: "fault-confirmed", signs: drill.fault.signs },
    { id: "only-the-runbook-acted" },
    { id: "roles-bound" },
    { id: "every-step-ran" },
    { id: "converged" },
    { id: "time-trustworthy" },
    { id: "read-back-complete" },
    { id: "acknowledged-writes-kept" },
    { id: "loss-within-objective" },
    { id: "nothing-resurrected" },
    { id: "members-agree" },
    { id: "membership-as-promised", voters: drill.membership.voters, clusterId: drill.membership.clusterId },
    { id: "revision-not-back", mayGoBack: drill.membership.revisionMayGoBack },
    { id: "survives-rolling-restart" },
    { id: "recovery-time-within-objective" },
    { id: "nothing-left-behind" },
  ];
}
