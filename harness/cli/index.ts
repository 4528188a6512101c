/** The command line's face for tests and scripts: itself, and the talk between its front and its workers. */
export { runCommandLine, type CommandLineOptions } from "./command-line.ts";
export { isShown, type Assignment, type FromWorker, type ToWorker } from "./messages.ts";
export type { Terminal } from "./terminal.ts";
