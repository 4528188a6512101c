/** Turns what a scenario declares into the judgement plan, as data for the ledger's header (law 1). */
import type { ControlPlan, DetectionPlan, ExpectedPlan, JudgementPlan, PageKind } from "../ledger/index.ts";
import { checksOf } from "./checks.ts";
import type { Drill, DrillSettings } from "./drill.ts";
import { promisedMembership } from "./promised-members.ts";

/** How much the workload must have proven before the injection; see WorkloadPlan. */
const ADEQUACY = { windowMs: 5000, acknowledgedShare: 0.9 } as const;

/** What is chosen for one run. */
export interface PlanOptions {
  readonly settings: DrillSettings;
  readonly control: ControlPlan;
  readonly page: PageKind;
}

/** The judgement plan of a drill, or of one of its controls. */
export function judgementPlan(drill: Drill, { settings, control, page }: PlanOptions): JudgementPlan {
  return {
    control,
    page,
    reading: drill.reading ?? null,
    expected: expectedOf(drill, control),
    store: { lacks: drill.system.lacks },
    checks: checksOf(drill, control, settings),
    // How a backup is read is no data, and not needed to judge.
    recoveryPoint: { kind: drill.recoveryPoint.kind, description: drill.recoveryPoint.description },
    objectives: drill.objectives,
    steadyState: { voters: promisedMembership(drill, control).voters },
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
      adequacy: { ...ADEQUACY, lastWriteWithinMs: settings.lastWriteWithinMs },
    },
  };
}

function detectionPlan({ detection }: Drill, { unavailableForMs }: DrillSettings): DetectionPlan {
  return detection.kind === "none" ? detection : { kind: detection.kind, unavailableForMs };
}

/** The declared outcome without what the corrected page is made of, which is no data. A control must show what it must. */
function expectedOf({ expected }: Drill, control: ControlPlan): ExpectedPlan {
  if (control.kind !== "none" || expected.kind === "passed") return { kind: "passed" };
  const { findings, alsoPossible = [], stopsAt = null, because, story } = expected;
  return { kind: "failed", findings, alsoPossible, stopsAt, because, story };
}
