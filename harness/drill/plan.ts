/** Turns what a scenario declares into the judgement plan, as data for the ledger's header (law 1). */
import type { ControlPlan, DetectionPlan, JudgementPlan } from "../ledger/index.ts";
import { checksOf } from "./checks.ts";
import type { Drill, DrillSettings } from "./drill.ts";

/** How much the workload must have proven before the injection; see WorkloadPlan. */
const ADEQUACY = { windowMs: 5000, acknowledgedShare: 0.9, lastWriteWithinMs: 50 } as const;

/** The judgement plan of a drill, or of one of its controls. */
export function judgementPlan(drill: Drill, settings: DrillSettings, control: ControlPlan): JudgementPlan {
  return {
    control,
    checks: checksOf(drill, control),
    // How a backup is read is no data, and not needed to judge.
    recoveryPoint: { kind: drill.recoveryPoint.kind, description: drill.recoveryPoint.description },
    objectives: drill.objectives,
    steadyState: { voters: drill.membership.voters },
    assumedReactionMs: settings.assumedReactionMs,
    holdForMs: settings.holdForMs,
    detection: detectionPlan(drill, settings),
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

function detectionPlan({ detection }: Drill, { unavailableForMs }: DrillSettings): DetectionPlan {
  return detection.kind === "none" ? detection : { kind: detection.kind, unavailableForMs };
}
