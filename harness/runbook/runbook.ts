/**
 * What a page is once it has been read: its code blocks in order, each a step or prose, and what is wrong with it.
 * Not its business: reading Markdown (`parse.ts`), running anything (`follow.ts`).
 */

import type { PagePart, Reading, StepCondition } from "../ledger/index.ts";

/** A page that people read and that is followed. */
export interface Runbook {
  /** Where it came from, as it shall stand in the record; used for messages only, never opened. */
  readonly file: string;
  /** Of `text` in UTF-8, in hex. */
  readonly sha256: string;
  readonly text: string;
  /** Its first heading of the first level, else its file name. */
  readonly title: string;
  /** Every code block of the page, fenced or indented, in the order of the page. Steps and prose add up to it. */
  readonly blocks: readonly RunbookBlock[];
  /** What keeps the page from being followed; empty for a sound page. In the order of the page. */
  readonly problems: readonly RunbookProblem[];
}

/** A code block of the page. */
export type RunbookBlock = RunbookStep | ProseBlock;

/** A block that is run. */
export interface RunbookStep {
  readonly kind: "step";
  /** The line of its opening fence, from 1. */
  readonly line: number;
  /** The commands, with line feeds only. */
  readonly text: string;
  readonly id: string;
  /** `preparation` (`when=before`): run while all is well, before the disaster. The preparation stands before the rest. */
  readonly part: PagePart;
  /** Who runs it: a role that diagnosis binds to a node, or `workstation`. */
  readonly role: string;
  readonly timeoutMs: number;
  /** False only for `effect=none`: a step is taken to act on the cluster unless the page says that it only looks. */
  readonly acts: boolean;
  /** `names=cluster`: the last line that it prints names the cluster that the page is about; the roles after it are of that one. */
  readonly namesCluster: boolean;
  /** `if=CHOICE:VALUE`: one way of reading a page that leaves a choice open; null: it is run in every reading. */
  readonly onlyIf: StepCondition | null;
}

/** A block that is for reading and never run; also one whose attributes cannot be understood, which is a problem too. */
export interface ProseBlock {
  readonly kind: "prose";
  /** The line it begins on, from 1. */
  readonly line: number;
  readonly text: string;
}

/** The role of the operator's own machine; it is always there and needs no diagnosis. */
export const WORKSTATION_ROLE = "workstation";

/** What is wrong with a page, where, and what to do about it. */
export interface RunbookProblem {
  readonly code: RunbookProblemCode;
  readonly file: string;
  readonly line: number;
  /** What is wrong and what would put it right, in one line, without the place. */
  readonly message: string;
}

/** The kinds of problems. */
export type RunbookProblemCode =
  | "not-a-shell"
  | "malformed-attribute"
  | "unknown-attribute"
  | "repeated-attribute"
  | "missing-step"
  | "missing-on"
  | "bad-step-id"
  | "bad-role"
  | "bad-timeout"
  | "bad-effect"
  | "bad-when"
  | "bad-names"
  | "bad-if"
  | "unknown-choice"
  | "repeated-naming"
  | "late-preparation"
  | "repeated-step"
  | "empty-step"
  | "unclosed-fence"
  | "hidden-step"
  | "unreadable";

/** A problem as a person reads it: `file:line: message`. */
export function formatProblem(problem: RunbookProblem): string {
  return `${problem.file}:${problem.line}: ${problem.message}`;
}

/** The blocks of a page that are run, in order; those of one part, or all. */
export function stepsOf(runbook: Pick<Runbook, "blocks">, part: PagePart | null = null): readonly RunbookStep[] {
  return runbook.blocks.filter((block) => block.kind === "step").filter((step) => part === null || step.part === part);
}

/** Whether a step belongs to this way of reading the page. */
export function isChosen({ onlyIf }: Pick<RunbookStep, "onlyIf">, reading: Reading | null): boolean {
  return onlyIf === null || onlyIf.values.includes(reading?.[onlyIf.choice] ?? "");
}
