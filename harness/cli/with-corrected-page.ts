/**
 * A drill whose page as written is declared to fail: after it the corrected page is followed, and one verdict is given over
 * both. Not its business: judging them (integrity/).
 */
import { join, resolve } from "node:path";
import { judgeBothPages, serializeBothPages, type BothPages } from "../integrity/index.ts";
import { renderBothPages, renderBothPagesJunit } from "../report/index.ts";
import { unregisterRun } from "../substrate/index.ts";
import type { FinishedRun } from "./aftermath.ts";
import { DECLARED_FILE, makeSetFolder, writeWhole } from "./run-folder.ts";
import { newRunId } from "./run-id.ts";
import { runOne, type NotStarted, type RunSession, type WantedRun } from "./run-one.ts";
import type { Runs } from "./runs.ts";
import { writeText } from "./terminal.ts";

/**
 * Follows the corrected page after the page as written, and writes declared.json, declared.md and junit.xml.
 * @returns the run of the corrected page; null when there is none.
 * @throws DrillError `environment` when they cannot be written.
 */
export async function followCorrectedPage(
  session: RunSession,
  wanted: WantedRun,
  asWritten: FinishedRun,
  runs: Runs,
): Promise<FinishedRun | null> {
  const { command, interrupts, shown, terminal } = session;
  let ended: FinishedRun | NotStarted | null = null;
  try {
    if (!interrupts.soft.aborted) ended = await runSecond(session, wanted, asWritten);
  } finally {
    if (asWritten.hasForkPoint) await unregisterRun(asWritten.result.runId);
  }
  const verdict = judgeBothPages({ asWritten, corrected: cameOfIt(ended, interrupts.soft.aborted) });
  runs.bothPages.push(verdict);
  const folder = makeSetFolder(resolve(terminal.cwd, command.out), newRunId(`${wanted.drill.id}-declared`));
  const text = renderBothPages(verdict);
  writeWhole(join(folder.runDir, DECLARED_FILE), serializeBothPages(verdict));
  writeWhole(join(folder.runDir, "declared.md"), text);
  writeWhole(join(folder.runDir, "junit.xml"), renderBothPagesJunit(verdict));
  await writeText(shown, `\n${text}\n`);
  return ended !== null && "result" in ended ? ended : null;
}

/**
 * How the second run begins: from the same broken cluster, where the first has left a fork point of it. Else, and where a fork
 * comes to nothing, from the start, with the seed of the first, so that the same disaster comes at the same instant.
 */
async function runSecond(
  session: RunSession,
  wanted: WantedRun,
  asWritten: FinishedRun,
): Promise<FinishedRun | NotStarted> {
  const { runId, seed } = asWritten.result;
  const anew = { ...wanted, seed, page: "that-must-pass" } as const;
  if (!asWritten.hasForkPoint) return runOne(session, anew, false);
  const forked = await runOne(session, { ...anew, forkOf: runId }, false);
  if (session.interrupts.soft.aborted || !cameToNothing(forked)) return forked;
  return runOne(session, anew, false);
}

/** It never began, or ended before what ran had been started again: that says nothing about the page. */
function cameToNothing(ended: FinishedRun | NotStarted): boolean {
  return !("result" in ended) || !ended.ledger.entries.some((one) => one.kind === "seam" && one.event === "ends");
}

function cameOfIt(ended: FinishedRun | NotStarted | null, interrupted: boolean): BothPages["corrected"] {
  if (ended === null) return { outcome: "interrupted", because: "the command was interrupted" };
  return "result" in ended ? ended : { outcome: interrupted ? "interrupted" : "broken", because: ended.message };
}
