/** The command line's face for fixtures and tests: the talk between its front and its workers, and its terminal. */
export { isShown, type Assignment, type FromWorker, type ToWorker } from "./messages.ts";
export type { Terminal } from "./terminal.ts";
