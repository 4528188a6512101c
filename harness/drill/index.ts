/** Drill: what a scenario declares, and the one order in which a drill goes. */
export { controlPlan, whyNotRun, type ObservedRecovery } from "./control-plan.ts";
export type { DeclaredControls, Detection, Drill, DrillSettings } from "./drill.ts";
export { drillName } from "./drill-name.ts";
export { drillWithPage, pageOf, type ExpectedFailure, type WantedPage } from "./expected.ts";
export { ledgerHeader, type HeaderOptions } from "./header.ts";
export { recordOfForks } from "./fork-point.ts";
export type { ForkPoint, ForkPointTaking } from "./fork-point.ts";
export type { Fork } from "./resume.ts";
export { runDrill, type RunDrillOptions } from "./run-drill.ts";
export { revisionOfDataFolder, revisionOfSnapshot } from "./backup.ts";
export type { RecoveryPoint } from "./recovery-point.ts";
export { allReadings, caseOfReading, pairwiseReadings } from "./readings.ts";
export { settingsOf } from "./settings.ts";
