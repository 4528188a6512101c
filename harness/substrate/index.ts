/** Substrates: where nodes live. */
export type * from "./substrate.ts";
export type * from "./machines-copy.ts";
export { engineEnvironment, tellEngine, type EngineAddress } from "./docker/engine.ts";
export { cleanLogs } from "./process/clean-logs.ts";
export { SUBSTRATES, type Footing, type OpenOptions, type Prepared } from "./kinds.ts";
export {
  absentCapabilitiesOf,
  detectIsolation,
  inspectIsolation,
  isolationCommand,
  type Isolation,
  type IsolationReport,
  type WorkerIsolation,
} from "./process/isolation.ts";
export { openProcessSubstrate } from "./process/open.ts";
export type { ProcessSubstrateOptions } from "./process/process-substrate.ts";
export { raiseHarnessPriority } from "./process/priority.ts";
export {
  cleanRun,
  howToEnter,
  leftovers,
  markKept,
  registerRun,
  unregisterRun,
  type Leftover,
} from "./process/registry.ts";
export { readLogFrom } from "./process/process-log.ts";
export { auditResidue } from "./process/residue.ts";
export { bringMachinesBack, digestMachines } from "./process/copy-machines.ts";
export { makeForkPointFolder } from "./process/fork-point-folder.ts";
export { forkPointFolderOf, workDirOf } from "./process/state-folder.ts";
