/** What a control changes in the course of a drill: the fault, who acts, and how long is waited. */
import type { Fault } from "../fault/index.ts";
import { noFault } from "../fault/index.ts";
import type { ControlPlan } from "../ledger/index.ts";
import type { RoleBinder } from "../system/index.ts";
import type { Drill, DrillSettings } from "./drill.ts";

/** The fault that is injected. */
export function faultOf(drill: Drill, control: ControlPlan): Fault {
  return control.kind === "no-fault" || control.kind === "recovery-only" ? noFault : drill.fault;
}

/** How the page's roles are bound. */
export function rolesOf(drill: Drill, control: ControlPlan): RoleBinder {
  const { recoveryOnly } = drill.controls;
  if (control.kind !== "recovery-only" || recoveryOnly.kind === "not-applicable") return drill.roles;
  return recoveryOnly.roles ?? drill.roles;
}

/**
 * How long convergence is awaited. What must not come is awaited at least as long as the recovery was seen to take, counted
 * from when the control last started something: a hold more leaves room for that.
 */
export function convergeWithinMs(settings: DrillSettings, control: ControlPlan): number {
  if (!("waitMs" in control)) return settings.convergeWithinMs;
  return Math.max(settings.convergeWithinMs, control.waitMs + settings.holdForMs);
}
