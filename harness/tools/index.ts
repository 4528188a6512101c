/** Tools: finds or makes the external programs, with their versions for the record. */
export { askProgram, type ProgramAnswer } from "./ask.ts";
export { dockerCommand, findEngine, requireEngine, type DockerEngine, type NoDockerEngine } from "./docker/engine.ts";
export { dockerImage, type DockerImage, type DockerImageOptions } from "./docker/image.ts";
export { inspectDocker, type DockerReport } from "./docker/inspect.ts";
export { inspectTools, type PlaceReport, type ToolReport } from "./inspect.ts";
export type { ProgramSourceId, ResolvedProgram, ToolMachine } from "./program.ts";
export { resolvePrograms, type ResolveOptions } from "./resolve.ts";
