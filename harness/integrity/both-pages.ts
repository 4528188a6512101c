/**
 * One verdict over a drill whose page is declared to fail: a pure function of the run of the page as written and of that of
 * the corrected page. It passes only if the first failed exactly as declared and the second passed, each check that the first failed too.
 */
import { z } from "zod";
import { OUTCOMES_WORST_FIRST, worstOutcome, type Outcome } from "../core/index.ts";
import type { CheckId } from "../ledger/index.ts";
import type { DeclaredResult, DrillResult } from "./result.ts";

/** The version of declared.json written now. */
export const BOTH_PAGES_SCHEMA_VERSION = 1;

/** One of the two runs as it ended. */
export interface PageRun {
  readonly result: DrillResult;
  /** What failed outside its record (a full disk, say): then it has no verdict that counts. */
  readonly problems: readonly string[];
}

/** Why there is no run of the corrected page, and what that makes of the whole. */
export interface PageNotRun {
  readonly outcome: Exclude<Outcome, "passed">;
  readonly because: string;
}

/** What is to be judged. */
export interface BothPages {
  readonly asWritten: PageRun;
  readonly corrected: PageRun | PageNotRun;
}

/** What one run showed. */
export interface ShownPageRun {
  readonly runId: string;
  /** The page's file; null where nobody acts. */
  readonly runbook: string | null;
  readonly outcome: Outcome;
  /** The findings that are not passed. */
  readonly shows: readonly string[];
}

/** `declared.json`. */
export interface BothPagesResult {
  readonly schemaVersion: typeof BOTH_PAGES_SCHEMA_VERSION;
  readonly drillId: string;
  readonly title: string;
  readonly seed: number;
  readonly startedAt: string;
  readonly outcome: Outcome;
  /** Why it is no pass; empty for one. */
  readonly because: readonly string[];
  readonly declared: Omit<DeclaredResult, "countsAs">;
  readonly asWritten: ShownPageRun;
  /** Null: it was not run. */
  readonly corrected: ShownPageRun | null;
}

const text = z.string();
const shownRun = z.strictObject({
  runId: text,
  runbook: text.nullable(),
  outcome: z.enum(OUTCOMES_WORST_FIRST),
  shows: z.array(text),
});

const SCHEMA = z.strictObject({
  schemaVersion: z.literal(BOTH_PAGES_SCHEMA_VERSION),
  drillId: text,
  title: text,
  seed: z.int(),
  startedAt: z.iso.datetime(),
  outcome: z.enum(OUTCOMES_WORST_FIRST),
  because: z.array(text),
  declared: z.strictObject({
    findings: z.array(text),
    because: text,
    story: text,
    asDeclared: z.boolean().nullable(),
    leftOpen: z.array(text),
    why: z.array(text),
  }),
  asWritten: shownRun,
  corrected: shownRun.nullable(),
});

/**
 * Judges both runs.
 * @throws RangeError when the first is of a drill that declares no failure: there is nothing to compare it with.
 */
export function judgeBothPages({ asWritten, corrected }: BothPages): BothPagesResult {
  const { result } = asWritten;
  if (result.declared === null) throw new RangeError(`${result.drillId} declares no failure`);
  const { countsAs: _counted, ...declared } = result.declared;
  const reasons: readonly (readonly [Outcome, string])[] = [
    ...(declared.asDeclared === true ? [] : ofWritten(result.declared)),
    ...asWritten.problems.map((problem) => ["broken", `As written: ${problem}`] as const),
    ...("result" in corrected ? ofCorrected(corrected, result) : [notFollowed(corrected)]),
  ];
  return {
    schemaVersion: BOTH_PAGES_SCHEMA_VERSION,
    drillId: result.drillId,
    title: result.title,
    seed: result.seed,
    startedAt: result.startedAt,
    outcome: worstOutcome(["passed", ...reasons.map(([outcome]) => outcome)]),
    because: reasons.map(([, why]) => why),
    declared,
    asWritten: shown(result),
    corrected: "result" in corrected ? shown(corrected.result) : null,
  };
}

/** Why it did not come out as declared. Whatever is left unsaid of that, it is no pass. */
function ofWritten({ countsAs, why }: DeclaredResult): readonly (readonly [Outcome, string])[] {
  const outcome = countsAs === "passed" ? "inconclusive" : countsAs;
  const said = why.length > 0 ? why : ["it is not known whether it failed as declared."];
  return said.map((one) => [outcome, `As written: ${one}`] as const);
}

function notFollowed({ outcome, because }: PageNotRun): readonly [Outcome, string] {
  return [outcome, `The corrected page was not followed: ${because}.`];
}

function ofCorrected({ result, problems }: PageRun, first: DrillResult): readonly (readonly [Outcome, string])[] {
  const isOther =
    result.drillId !== first.drillId ||
    result.seed !== first.seed ||
    result.fault.id !== first.fault.id ||
    result.page !== "corrected" ||
    first.page !== "as-written" ||
    result.control !== "none" ||
    first.control !== "none" ||
    result.declared !== null;
  const isOfOther = result.fork !== null && result.fork.runId !== first.runId;
  return [
    ...(isOther ? [["broken", `${result.runId} is not the same drill with the corrected page.`] as const] : []),
    ...(isOfOther
      ? [["broken", `${result.runId} begins not from ${first.runId}, but from another run.`] as const]
      : []),
    ...notPutRight(result, first.declared?.findings ?? []),
    ...(result.outcome === "passed" ? [] : [[result.outcome, `The corrected page: ${result.outcome}.`] as const]),
    ...problems.map((problem) => ["broken", `The corrected page: ${problem}`] as const),
  ];
}

/** A pass of the corrected page is one of the very checks that the page as written fails: one that was skipped shows nothing. */
function notPutRight(
  { findings, outcome }: DrillResult,
  declared: readonly CheckId[],
): readonly (readonly [Outcome, string])[] {
  if (outcome !== "passed") return [];
  return declared.flatMap((id) => {
    const found = findings.find(({ checkId }) => checkId === id)?.outcome;
    if (found === "passed") return [];
    const how = found === undefined ? "was not judged" : `is ${found}`;
    return [["inconclusive", `The corrected page does not show that ${id} is put right: it ${how}.`] as const];
  });
}

function shown({ runId, runbook, outcome, findings }: DrillResult): ShownPageRun {
  const shows = findings
    .filter((one) => one.outcome !== "passed" && one.outcome !== "skipped")
    .map(({ checkId, outcome: how, summary }) => `${how} ${checkId}: ${summary}`);
  return { runId, runbook: runbook?.file ?? null, outcome, shows };
}

/** The bytes of declared.json. */
export function serializeBothPages(result: BothPagesResult): string {
  return `${JSON.stringify(SCHEMA.parse(result), undefined, 2)}\n`;
}
