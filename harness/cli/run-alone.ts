/** One drill on its own: a run, and a second one with the corrected page where the page as written is declared to fail. */
import type { FinishedRun } from "./aftermath.ts";
import { runOne, type RunSession, type WantedRun } from "./run-one.ts";
import { note, type Runs } from "./runs.ts";

/**
 * Runs it and keeps what came of it in `runs`.
 * @returns the runs that have a record, in order.
 */
export async function runAlone(
  session: RunSession,
  wanted: WantedRun,
  firstOfAll: boolean,
  runs: Runs,
): Promise<readonly FinishedRun[]> {
  const ended = await runOne(session, wanted, firstOfAll);
  const isDeclared = "result" in ended && ended.result.declared !== null;
  if (!isDeclared || session.command.keep) {
    note(runs, ended);
    return "result" in ended ? [ended] : [];
  }
  const { followCorrectedPage } = await import("./with-corrected-page.ts");
  const corrected = await followCorrectedPage(session, wanted, ended, runs);
  return corrected === null ? [ended] : [ended, corrected];
}
