/**
 * `summary.md` for the summary page of a CI job: the verdict, the numbers and what did not pass, on one screen.
 * Everything from outside is escaped; nothing in it can become a link, an element or a table cell of its own.
 */
import type { DrillResult, StepResult } from "../integrity/index.ts";
import { declaredNote, outcomeWord } from "./declared.ts";
import { partRows } from "./part-rows.ts";
import { firstPart, visibleLine } from "./visible.ts";
import { secondsOr } from "./numbers.ts";
import {
  checksPassed,
  controlNote,
  forkNote,
  highEndOfLoss,
  lostWrites,
  lackingFeatures,
  machineTime,
  notJudged,
  OBJECTIVE_NAME,
  objectiveNumbers,
  OUTCOME_MEANING,
  recoveryTimeExplained,
  stepDurationMs,
  stepOutcome,
  timeSpentOn,
  worstFirst,
  writeAccount,
} from "./words.ts";

/** At most this many details stand below a finding; the rest is counted, and named in report.html and result.json. */
const DETAILS_SHOWN = 10;
/** Longest text from outside that is shown whole. */
const TEXT_SHOWN = 500;

/** The summary in GitHub-flavoured Markdown. */
export function renderSummary(result: DrillResult): string {
  const { measurements } = result;
  const left = notJudged(result);
  const bad = worstFirst(result.findings).filter((one) => one.outcome !== "passed" && !left.includes(one));
  const asides = [controlNote(result), declaredNote(result), forkNote(result)].filter((one) => one !== null);
  const lines = [
    `## ${escaped(result.title)}: ${outcomeWord(result)}`,
    "",
    [OUTCOME_MEANING[result.outcome], ...asides.map(escaped)].join(" "),
    "",
    ...result.notes.flatMap((one) => [`> ${escaped(one)}`, ""]),
    `**Recovery time:** ${escaped(recoveryTimeExplained(result))}. ${escaped(machineTime(result))}  `,
    `**Writes:** ${escaped(lostWrites(measurements.writes))}. ${highEndOfLoss(measurements.writes) ?? ""}`.trim(),
    "",
    `**The run was spent on** ${escaped(timeSpentOn(measurements.timeSpentMs))}.`,
    "",
    ...partsTable(result),
    ...table(["writes", "count"], writeAccount(measurements.writes)),
    "",
    ...objectives(result),
    "",
    `### Checks: ${checksPassed(result)}`,
    "",
    ...(result.findings.length === 0 ? ["No check gave a finding: nothing is proven."] : []),
    ...bad.flatMap((one) => [
      `- **${one.outcome}** ${escaped(one.checkId)}: ${escaped(one.summary)}`,
      ...one.details.slice(0, DETAILS_SHOWN).map((detail) => `  - ${escaped(detail)}`),
      ...(one.details.length > DETAILS_SHOWN ? [`  - and ${one.details.length - DETAILS_SHOWN} more`] : []),
    ]),
    ...lackingFeatures(result).map((one) => `- ${escaped(one)}`),
    "",
    "### Runbook",
    "",
    ...page(result.runbook),
    "",
    `Run ${escaped(result.runId)}, seed ${result.seed}, ${escaped(result.system)} on ${escaped(result.substrate)}, started ${escaped(result.startedAt)}. Fault: ${escaped(result.fault.effect)} (${result.fault.proof})`,
    "",
  ];
  return lines.join("\n");
}

function partsTable(result: DrillResult): readonly string[] {
  const { parts } = result.measurements;
  if (parts.length === 0) return [];
  const { rows, sum } = partRows(parts);
  const lines = rows.map((row) => [row.step === null ? row.part : `${row.part}: ${row.step}`, row.duration]);
  return [...table(["part of the recovery time", "duration"], [...lines, ["sum of the parts", sum]]), ""];
}

function objectives(result: DrillResult): readonly string[] {
  if (result.objectives.length === 0) return ["No objective was declared."];
  const rows = result.objectives.map((one) => {
    const numbers = objectiveNumbers(one);
    return [OBJECTIVE_NAME[one.id], numbers.limit, numbers.measured, numbers.met];
  });
  return table(["objective", "limit", "measured", "met"], rows);
}

function page(runbook: DrillResult["runbook"]): readonly string[] {
  if (runbook === null) return ["None: nobody acts."];
  return [`${escaped(runbook.file)} (sha256 ${escaped(runbook.sha256)})`, "", ...steps(runbook.steps)];
}

function steps(all: readonly StepResult[]): readonly string[] {
  if (all.length === 0) return ["No step is on record."];
  const rows = all.map((step) => [
    step.part === "preparation" ? `${step.id} (before the disaster)` : step.id,
    String(step.line),
    step.node ?? "no node",
    stepOutcome(step).text,
    secondsOr(stepDurationMs(step), "not known"),
  ]);
  return table(["step", "line", "node", "result", "duration"], rows);
}

/** A table in Markdown, its cells escaped. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]): string => `| ${cells.map(escaped).join(" | ")} |`;
  return [line(head), `| ${head.map(() => "---").join(" | ")} |`, ...rows.map(line)];
}

/**
 * One line of text in which nothing acts as Markdown or HTML: all ASCII punctuation that CommonMark lets be escaped is
 * escaped, except what has no meaning inside a line. `<`, `>` and `&` become entities, which GitHub's renderer
 * keeps inert, and so do `@` and a bare link's `://`, which GitHub would make mentions and links of.
 */
export function escaped(text: string): string {
  return visibleLine(firstPart(text, TEXT_SHOWN))
    .replace(/[\\`*_{}[\]()#+!|~$^]/g, "\\$&")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll("@", "&#64;")
    .replaceAll("://", "&#58;//")
    .replace(/www\./gi, "www&#46;");
}
