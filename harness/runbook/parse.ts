/**
 * A Markdown page to a runbook: which of its code blocks are steps, which are prose, and what is wrong.
 * Not its business: opening files, binding roles, running anything.
 */
import { createHash } from "node:crypto";
import { basename } from "node:path";
import { messageOf } from "../core/index.ts";
import { readFence } from "./attributes.ts";
import { readMarkdown, type CodeBlock, type MarkdownPage } from "./markdown.ts";
import { type Runbook, type RunbookBlock, type RunbookProblem, type RunbookProblemCode } from "./runbook.ts";

/**
 * Reads a page. Never throws: what is wrong with it is in `problems`, and a page with problems is not to be followed.
 * A page without any step is no problem here; that it proves nothing is for the judge to say.
 *
 * @param text the whole page.
 * @param file its name for messages and for the record.
 */
export function parseRunbook(text: string, file: string): Runbook {
  const problems: RunbookProblem[] = [];
  const report = (code: RunbookProblemCode, line: number, message: string): void => {
    problems.push({ code, file, line, message });
  };

  let page: MarkdownPage = { title: null, blocks: [] };
  try {
    page = readMarkdown(text);
  } catch (error) {
    report("unreadable", 1, `the Markdown cannot be read (${messageOf(error)}); simplify the page`);
  }

  let recoveryBegan = false;
  let namedOnLine: number | null = null;
  const firstLineOf = new Map<string, number>();
  const blocks = page.blocks.map((block): RunbookBlock => {
    const { line, text: commands } = block;
    const prose: RunbookBlock = { kind: "prose", line, text: commands };
    if (block.fence === "indented") return prose;
    if (block.fence === "unclosed") {
      report("unclosed-fence", line, "the block is never closed, so what follows belongs to it; add the closing fence");
    }
    const reading = readFence(block.language, block.meta);
    if (reading.kind === "prose") return prose;
    if (reading.kind === "wrong") {
      for (const problem of reading.problems) report(problem.code, line, problem.message);
      return prose;
    }
    const { id, namesCluster, part } = reading.attributes;
    if (namesCluster && namedOnLine !== null)
      report(
        "repeated-naming",
        line,
        `the cluster is named on line ${namedOnLine} already; a page is about one cluster`,
      );
    else if (namesCluster) namedOnLine = line;
    if (part === "recovery") recoveryBegan = true;
    else if (recoveryBegan)
      report("late-preparation", line, `step "${id}" is of the preparation and follows one that is not; move it up`);
    const firstLine = firstLineOf.get(id);
    if (firstLine === undefined) firstLineOf.set(id, line);
    else report("repeated-step", line, `a step "${id}" is on line ${firstLine} already; give this one another id`);
    if (isEmpty(commands)) report("empty-step", line, `step "${id}" has no command; write one, or remove the block`);
    return { kind: "step", line, text: commands, ...reading.attributes };
  });

  for (const line of hiddenSteps(text, page.blocks)) {
    report(
      "hidden-step",
      line,
      "this line looks like the fence of a step but is not one here; close the block before it, indent it by less than four spaces, or remove it",
    );
  }

  return {
    file,
    sha256: createHash("sha256").update(text, "utf8").digest("hex"),
    text,
    title: page.title === null || page.title === "" ? basename(file) : page.title,
    blocks,
    problems: problems.toSorted((a, b) => a.line - b.line),
  };
}

/** Blank lines and comments do nothing, and a step that does nothing would pass. */
function isEmpty(commands: string): boolean {
  return commands.split("\n").every((line) => /^\s*(?:#.*)?$/.test(line));
}

/** A fence with a `step` attribute, perhaps in a list or a quotation. */
const STEP_FENCE = /^[ \t>]*(?:(?:[-+*]|\d+[.)])[ \t]+)*(`{3,}|~{3,})(?:.*[\s`~])?step\s*=/;

/**
 * Lines that a person takes for the beginning of a step although Markdown does not: indented too far, within HTML, or
 * within another block whose own fence is missing. A page may still show such a line as an example, in a block that
 * is no step itself and whose fence is longer or of the other character.
 */
function hiddenSteps(text: string, blocks: readonly CodeBlock[]): readonly number[] {
  const lines = text.split(/\r\n|\r|\n/);
  const fenceLines = new Set(blocks.filter((block) => block.fence !== "indented").map((block) => block.line));
  return lines.flatMap((content, index) => {
    const line = index + 1;
    const fence = STEP_FENCE.exec(content)?.[1];
    if (fence === undefined || fenceLines.has(line)) return [];
    const around = blocks.find((block) => block.fence !== "indented" && block.line < line && line <= block.lastLine);
    const opening = around === undefined ? "" : (lines[around.line - 1] ?? "");
    const outer = STEP_FENCE.test(opening) ? undefined : /(`{3,}|~{3,})/.exec(opening)?.[1];
    const isExample = outer !== undefined && (outer[0] !== fence[0] || outer.length > fence.length);
    return isExample ? [] : [line];
  });
}
