/**
 * A drill whose page as written is declared to fail: after it the corrected page is followed, and one verdict is given over
 * both. Not its business: judging them (integrity/).
 */
import { join, resolve } from "node:path";
import { judgeBothPages, serializeBothPages, type BothPages } from "../integrity/index.ts";
import { renderBothPages, renderBothPagesJunit } from "../report/index.ts";
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
  const ended = interrupts.soft.aborted ? null : await runOne(session, secondRun(wanted, asWritten), false);
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

/** How the second run begins: from the start, with the seed of the first, so that the same disaster comes at the same instant. */
function secondRun(wanted: WantedRun, asWritten: FinishedRun): WantedRun {
  return { ...wanted, seed: asWritten.result.seed, page: "that-must-pass" };
}

function cameOfIt(ended: FinishedRun | NotStarted | null, interrupted: boolean): BothPages["corrected"] {
  if (ended === null) return { outcome: "interrupted", because: "the command was interrupted" };
  return "result" in ended ? ended : { outcome: interrupted ? "interrupted" : "broken", because: ended.message };
}
