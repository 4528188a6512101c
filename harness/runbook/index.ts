/** Runbooks: pages of Markdown, read and followed as they stand. */
export { followRunbook, type FollowOptions, type Subject } from "./follow.ts";
export { readPageCommands } from "./commands/read.ts";
export { parseRunbook } from "./parse.ts";
export { unknownChoices } from "./choices.ts";
export {
  formatProblem,
  isChosen,
  stepsOf,
  type ProseBlock,
  type Runbook,
  type RunbookBlock,
  type RunbookProblem,
  type RunbookProblemCode,
  type RunbookStep,
} from "./runbook.ts";
