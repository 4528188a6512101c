/** The plan of one run's course from what the command line asked for. */
import { DrillError, formatMs } from "../core/index.ts";
import type { ControlPlan } from "../ledger/index.ts";
import type { Drill } from "./drill.ts";
import { drillName } from "./drill-name.ts";

/** A recovery of the same drill that was observed. */
export interface ObservedRecovery {
  readonly runId: string;
  /** The high end of its recovery time. */
  readonly highMs: number;
}

/**
 * The control that is to be run. What must not come is awaited as long as the longest recovery that was observed took;
 * where none was, as long as the objective allows one to take.
 * @throws DrillError `usage` when the scenario says that this control says nothing about this drill; the message says why.
 */
export function controlPlan(drill: Drill, kind: ControlPlan["kind"], observed: ObservedRecovery | null): ControlPlan {
  const because = whyNotRun(drill, kind);
  if (because !== null) {
    throw new DrillError(
      "usage",
      "control",
      `The control ${kind} is not applicable to ${drillName(drill)}: ${because}.`,
    );
  }
  if (kind !== "no-recovery" && kind !== "restart-only") return { kind };
  const { recoveryTimeMs } = drill.objectives;
  return observed === null
    ? {
        kind,
        waitMs: recoveryTimeMs,
        waitBecause: `no recovery of this drill was found, and the objective allows ${formatMs(recoveryTimeMs)}`,
      }
    : {
        kind,
        waitMs: observed.highMs,
        waitBecause: `in ${observed.runId} the recovery took up to ${formatMs(observed.highMs, "up")}`,
      };
}

/** Why a control says nothing about this drill; null when it does. */
export function whyNotRun(drill: Drill, kind: ControlPlan["kind"]): string | null {
  const { recoveryOnly, selfHealing } = drill.controls;
  if (drill.runbook === null && kind === "no-recovery")
    return "nobody acts in the drill itself, so that it is this control";
  if (kind === "recovery-only" && recoveryOnly.kind === "not-applicable") return recoveryOnly.because;
  if (kind === "restart-only" && drill.fault.nothingToStart !== undefined)
    return `${drill.fault.nothingToStart}, so that it is the control no-recovery`;
  if (kind === "restart-only" && selfHealing !== null) return `the fault heals by itself: ${selfHealing}`;
  return null;
}
