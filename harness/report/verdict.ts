/** The short verdict at the end of a run, for a terminal: about a dozen lines, worst news first. */
import { styleText } from "node:util";
import type { Outcome } from "../core/index.ts";
import type { DrillResult } from "../integrity/index.ts";
import { declaredNote, outcomeWord } from "./declared.ts";
import { partRows } from "./part-rows.ts";
import { firstPart, visibleLine } from "./visible.ts";
import { count, countRange, seconds } from "./numbers.ts";
import {
  checksPassed,
  controlNote,
  forkNote,
  highEndOfLoss,
  machineTime,
  notJudged,
  OBJECTIVE_NAME,
  objectiveNumbers,
  OUTCOME_MEANING,
  recoveryTimeExplained,
  stepDurationMs,
  stepOutcome,
  worstFirst,
} from "./words.ts";

export interface VerdictOptions {
  /** Whether to colour with escape sequences. */
  readonly color: boolean;
  /** Where report.html lies, as the reader may type it; null when it could not be written. */
  readonly reportFile: string | null;
}

/** Findings named one by one; the rest is counted. */
const FINDINGS_SHOWN = 6;
/** Longest text from outside on one line. */
const TEXT_SHOWN = 300;
const SLOWEST_SHOWN = 3;

const COLOR: Readonly<Record<Outcome | "skipped", Parameters<typeof styleText>[0]>> = {
  passed: ["bold", "green"],
  failed: ["bold", "red"],
  broken: ["bold", "magenta"],
  interrupted: ["bold", "yellow"],
  inconclusive: ["bold", "yellow"],
  skipped: ["dim"],
};

/** The verdict, ending in a line end. */
export function renderVerdict(result: DrillResult, options: VerdictOptions): string {
  const paint = (outcome: Outcome | "skipped", text: string): string => painted(outcome, text, options);
  const { recoveryTimeMs, writes } = result.measurements;
  const highEnd = highEndOfLoss(writes);
  const lines = [
    `${paint(result.outcome, outcomeWord(result).toUpperCase())}  ${shown(result.title)} (${shown(result.drillId)}, seed ${result.seed})`,
    OUTCOME_MEANING[result.outcome],
    ...[controlNote(result), declaredNote(result), forkNote(result)].flatMap((one) =>
      one === null ? [] : [shown(one)],
    ),
    ...result.notes.map((one) => `  ${shown(one)}`),
    labelled("recovery time", recoveryTimeExplained(result)),
    ...(recoveryTimeMs.low === null && recoveryTimeMs.high === null ? [] : [labelled("", machineTime(result))]),
    ...parts(result),
    labelled(
      "writes",
      `acknowledged ${count(writes.acknowledged)}, kept ${count(writes.kept)}, lost ${countRange(writes.lost)}, unknown ${count(writes.unknown)}`,
    ),
    ...(highEnd === null ? [] : [labelled("", highEnd)]),
    ...(writes.lost === null || writes.lost.low === 0
      ? []
      : [
          labelled(
            "",
            `lost that had to be kept: ${countRange(writes.lostToBeKept)}; after the recovery point: ${countRange(writes.lostAfterRecoveryPoint)}`,
          ),
        ]),
    ...(writes.resurrected === 0 || writes.resurrected === null
      ? []
      : [labelled("", `keys resurrected: ${count(writes.resurrected)}`)]),
    ...(writes.duplicated === 0 || writes.duplicated === null
      ? []
      : [labelled("", `keys with a write applied again: ${count(writes.duplicated)}`)]),
    ...result.objectives.map((one) => {
      const { limit, measured, met } = objectiveNumbers(one);
      const name = `${OBJECTIVE_NAME[one.id]}, ${limit}`;
      return labelled(
        "objective",
        one.measured === null ? `${name}: ${met}` : `${name}: ${met} (measured ${measured})`,
      );
    }),
    ...steps(result),
    ...findings(result, paint),
    labelled("report", options.reportFile === null ? "none is there" : visibleLine(options.reportFile)),
  ];
  return `${lines.join("\n")}\n`;
}

function parts(result: DrillResult): readonly string[] {
  const { rows } = partRows(result.measurements.parts);
  const own = rows.filter((row) => row.step === null);
  return own.length === 0 ? [] : [labelled("its parts", own.map((row) => `${row.part} ${row.duration}`).join(", "))];
}

function steps(result: DrillResult): readonly string[] {
  if (result.runbook === null) return [labelled("runbook", "none: nobody acts")];
  const timed = result.runbook.steps.flatMap((step) => {
    const durationMs = stepDurationMs(step);
    return durationMs === null || step.part === "preparation" ? [] : [{ step, durationMs }];
  });
  const slowest = timed.toSorted((a, b) => b.durationMs - a.durationMs).slice(0, SLOWEST_SHOWN);
  const text = slowest.map(({ step, durationMs }) => {
    const { ok, text: how } = stepOutcome(step);
    return `${shown(step.id)} ${seconds(durationMs)}${ok ? "" : ` (${how})`}`;
  });
  return [labelled("slowest steps", text.length === 0 ? "no step ran" : text.join(", "))];
}

function findings(
  result: DrillResult,
  paint: (outcome: Outcome | "skipped", text: string) => string,
): readonly string[] {
  if (result.findings.length === 0) return [labelled("checks", "no check gave a finding: nothing is proven")];
  const left = notJudged(result);
  const bad = worstFirst(result.findings).filter((one) => one.outcome !== "passed" && !left.includes(one));
  const lines = [labelled("checks", checksPassed(result))];
  if (left.length > 0) lines.push(labelled("not judged", left.map(({ checkId }) => shown(checkId)).join(", ")));
  for (const one of bad.slice(0, FINDINGS_SHOWN)) {
    lines.push(`  ${paint(one.outcome, one.outcome)} ${shown(one.checkId)}: ${shown(one.summary)}`);
  }
  if (bad.length > FINDINGS_SHOWN) lines.push(`  and ${bad.length - FINDINGS_SHOWN} more, in the report`);
  return lines;
}

/** Text in the colour of an outcome, where colour is wanted. */
export function painted(outcome: Outcome | "skipped", text: string, { color }: VerdictOptions): string {
  return color ? styleText(COLOR[outcome], text, { validateStream: false }) : text;
}

/** A line of the verdict with its label. */
export function labelled(label: string, text: string): string {
  return `  ${label.padEnd(14)} ${text}`;
}

/** Text from outside, on one line, safe to look at. */
export function shown(text: string): string {
  return visibleLine(firstPart(text, TEXT_SHOWN));
}
