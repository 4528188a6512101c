/** Substrates: where nodes live. */
export type * from "./substrate.ts";
export { detectIsolation, isolationCommand, type Isolation } from "./process/isolation.ts";
export { openProcessSubstrate, type ProcessSubstrateOptions } from "./process/process-substrate.ts";
