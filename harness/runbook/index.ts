/** Runbooks: pages of Markdown, read and followed as they stand. */
export { followRunbook, type FollowOptions } from "./follow.ts";
export { readPageCommands } from "./commands/read.ts";
export { parseRunbook } from "./parse.ts";
export {
  formatProblem,
  stepsOf,
  type ProseBlock,
  type Runbook,
  type RunbookBlock,
  type RunbookProblem,
  type RunbookProblemCode,
  type RunbookStep,
} from "./runbook.ts";
