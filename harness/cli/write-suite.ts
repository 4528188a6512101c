/** The verdict over the drills of one command, and its files. Not its business: judging it (integrity/suite). */
import { join, resolve } from "node:path";
import { messageOf, worstOutcome, type Outcome } from "../core/index.ts";
import {
  judgeSuite,
  serializeSuite,
  type DrillResult,
  type SuiteDrill,
  type SuitePart,
  type SuiteResult,
} from "../integrity/index.ts";
import { renderSuiteVerdict, writeSuiteReports } from "../report/index.ts";
import type { CatalogueEntry } from "./catalogue.ts";
import { seedsOf, type EndedDrill, type EndedSeed } from "./each-drill.ts";
import { printableLines } from "./printable.ts";
import { makeSetFolder, SUITE_FILE, writeWhole } from "./run-folder.ts";
import { newSuiteId } from "./run-id.ts";
import type { RunSession } from "./run-one.ts";
import { shownFolder, writeText } from "./terminal.ts";

/** What was asked for, and what came of it. */
export interface SuiteRuns {
  /** Before the first of them began. */
  readonly startedAt: string;
  /** All drills, also those of the other shards. */
  readonly selected: readonly CatalogueEntry[];
  readonly ended: readonly EndedDrill[];
}

/** Judges the drills together, writes suite.json with its reports and shows the verdict. What cannot be written is said, and takes nothing from the runs. */
export async function writeSuite(session: RunSession, { startedAt, selected, ended }: SuiteRuns): Promise<void> {
  const { command, terminal } = session;
  const part: SuitePart = {
    suiteId: newSuiteId(),
    startedAt,
    seeds: seedsOf(session),
    shard: command.shard ?? null,
    selected: selected.map(({ id }) => id),
    drills: ended.flatMap((one) => suiteDrill(one, seedsOf(session))),
    notStarted: without(ended, false),
    skipped: without(ended, true),
  };
  await showSuite(judgeSuite(part), { ...session, outDir: resolve(terminal.cwd, command.out), suiteId: part.suiteId });
}

/** Writes a suite's files below `outDir` and shows its verdict. */
export async function showSuite(
  suite: SuiteResult,
  where: Pick<RunSession, "terminal" | "shown"> & { readonly outDir: string; readonly suiteId: string },
): Promise<void> {
  const { outDir, shown, suiteId, terminal } = where;
  await writeText(shown, `\n${printableLines(renderSuiteVerdict(suite))}\n`);
  try {
    const { runDir } = makeSetFolder(outDir, suiteId);
    writeWhole(join(runDir, SUITE_FILE), serializeSuite(suite));
    await writeSuiteReports(suite, runDir);
    await writeText(shown, `  report  ${shownFolder(join(runDir, "report.html"), terminal.cwd)}\n`);
  } catch (error) {
    terminal.stderr.write(`drillbook: ${printableLines(messageOf(error))}\nThe verdicts of the drills stand.\n`);
  }
}

/** What one drill came to; nothing where it has no verdict. */
function suiteDrill({ drill, bySeed }: EndedDrill, wanted: readonly number[]): readonly SuiteDrill[] {
  const verdicts = wanted.map((seed) => {
    const ended = bySeed.find((one) => one.seed === seed);
    return { seed, ended, verdict: ended === undefined ? null : verdictOf(ended) };
  });
  const judged = bySeed.flatMap((one) => one.judged);
  const [first] = judged;
  const known = verdicts.flatMap(({ verdict }) => (verdict === null ? [] : [verdict]));
  const [one] = known;
  if (first === undefined || one === undefined) return [];
  const missing = verdicts.flatMap(({ seed, ended, verdict }) => (verdict === null ? [whyMissing(seed, ended)] : []));
  const said = verdicts.flatMap(({ seed, verdict }) => (verdict?.says ?? []).map((text) => ({ seed, text })));
  return [
    {
      drillId: drill.id,
      kind: one.kind,
      outcome: worstOutcome([...known, ...missing].map(({ outcome }) => outcome)),
      proves: first.proves,
      says: [
        ...said.map(({ seed, text }) => (wanted.length === 1 ? text : `seed ${seed}: ${text}`)),
        ...missing.map(({ text }) => text),
      ],
      reading: first.reading,
      seeds: verdicts.map(({ seed, verdict }) => ({ seed, outcome: verdict?.outcome ?? null })),
      runs: judged.map(suiteRun),
    },
  ];
}

/** Why there is no verdict with a seed, though there is one with another. */
function whyMissing(seed: number, ended: EndedSeed | undefined): { readonly outcome: Outcome; readonly text: string } {
  const [because] = ended?.runs.notStarted ?? [];
  if (because === undefined) return { outcome: "inconclusive", text: `seed ${seed} has no verdict` };
  return { outcome: "broken", text: `seed ${seed} was not started: ${because.message}` };
}

function verdictOf({ runs, judged }: EndedSeed): Pick<SuiteDrill, "kind" | "outcome" | "says"> | null {
  const [controls] = runs.controls;
  if (controls !== undefined) {
    return { kind: "controls", outcome: controls.isVoid ? "failed" : controls.outcome, says: controls.because };
  }
  const [repeats] = runs.repeats;
  if (repeats !== undefined) return { kind: "repeats", outcome: repeats.outcome, says: repeats.notes };
  const [pages] = runs.bothPages;
  if (pages !== undefined) {
    const says = [...pages.because, `declared to fail: ${pages.declared.because}`];
    return { kind: "both-pages", outcome: pages.outcome, says };
  }
  const [finished] = runs.finished;
  const [result] = judged;
  if (finished === undefined || result === undefined) return null;
  const says = [...notPassed(result), ...finished.problems];
  const outcome = finished.problems.length > 0 && result.outcome !== "failed" ? "broken" : result.outcome;
  return { kind: result.control === "none" ? "run" : "control", outcome, says };
}

function notPassed({ findings }: DrillResult): readonly string[] {
  return findings
    .filter(({ outcome }) => outcome !== "passed" && outcome !== "skipped")
    .map(({ checkId, outcome, summary }) => `${outcome} ${checkId}: ${summary}`);
}

function suiteRun({ runId, seed, page, outcome, measurements }: DrillResult): SuiteDrill["runs"][number] {
  const { recoveryTimeMs, timeSpentMs, writes } = measurements;
  return { runId, seed, page, outcome, recoveryTimeMs, lostWrites: writes.lost, timeSpentMs };
}

function without(ended: readonly EndedDrill[], skipped: boolean): SuitePart["notStarted"] {
  return ended.flatMap(({ drill, bySeed, runs }) => {
    const first = runs.notStarted.find(({ code }) => (code === "skipped") === skipped);
    // One that has a verdict says by that what its runs came to.
    return first === undefined || bySeed.some(({ judged }) => judged.length > 0)
      ? []
      : [{ drillId: drill.id, because: first.message }];
  });
}
