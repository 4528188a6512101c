/** Tools: finds or makes the external programs, with their versions for the record. */
export { askProgram, type ProgramAnswer } from "./ask.ts";
export { inspectTools, type PlaceReport, type ToolReport } from "./inspect.ts";
export type { ProgramSourceId, ResolvedProgram, ToolMachine } from "./program.ts";
export { resolvePrograms, type ResolveOptions } from "./resolve.ts";
