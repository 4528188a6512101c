/** Measure: from a ledger to durations. Pure: no clock, no network, no cluster. */
export { alertRule, type AlertPlan, type AlertRule } from "./alert.ts";
export { bystanderLedger, bystanderPlan } from "./bystander.ts";
export { knownCommands, type CommandRemark, type KnownCommands, type Question } from "./known-commands.ts";
export { loopLag, type LoopLag } from "./loop-lag.ts";
export { type RecoveryPart } from "./parts.ts";
export { memberNodes, memberNodesAfter, nodePlaces, startingNodes, type NodePlace } from "./member-nodes.ts";
export { endsTheWait, measureRecovery, nodeNames, type Recovery, type RecoveryTime } from "./recovery.ts";
export { steadyAfterRestart, steadyBeforeFault, steadyWhileWaiting, type SteadyWindow } from "./steady-windows.ts";
export { steadyTracker, type SteadyPlan, type SteadyStatus, type SteadyTracker, type WrongAtEnd } from "./steady.ts";
export { longestUnwatched, type Unwatched } from "./unwatched.ts";
export { timeSpent, type TimeSpent } from "./time-spent.ts";
export type { Timeline } from "./timeline.ts";
export { CONFIDENCE, type Stopping } from "./statistics/confidence.ts";
export { kaplanMeier, survivalQuantile, type SurvivalStep, type Watched } from "./statistics/kaplan-meier.ts";
export { quantileBounds, runsNeeded, type Duration, type QuantileBounds } from "./statistics/quantile-bounds.ts";
export { shareAtMost } from "./statistics/share-bound.ts";
