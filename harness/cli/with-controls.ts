/** `run --controls`: the drill, then each of its controls, then one verdict over all. Not its business: judging it (integrity/). */
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { drillWithPage, pageOf, whyNotRun, type ObservedRecovery } from "../drill/index.ts";
import { judgeControls, serializeControls, type ControlNotRun, type DrillResult } from "../integrity/index.ts";
import { CONTROLS } from "../ledger/index.ts";
import { renderControls } from "../report/index.ts";
import type { FinishedRun } from "./aftermath.ts";
import type { CatalogueEntry } from "./catalogue.ts";
import { loadDrill } from "./load-scenario.ts";
import { writeWhole } from "./run-folder.ts";
import { newRunId } from "./run-id.ts";
import { runOne, type NotStarted, type RunSession, type WantedRun } from "./run-one.ts";
import type { Runs } from "./runs.ts";
import { writeText } from "./terminal.ts";
import { followCorrectedPage } from "./with-corrected-page.ts";

/** Runs one drill with all its controls, all with the same seed, and writes controls.json and controls.md. */
export async function runWithControls(session: RunSession, entry: CatalogueEntry, runs: Runs): Promise<void> {
  const { interrupts, seed, shown, terminal, command } = session;
  const declared = await loadDrill(entry);
  const drill = drillWithPage(declared, pageOf(declared, "that-must-pass", session.runbookFile !== null));
  const results: DrillResult[] = [];
  const notRun: ControlNotRun[] = [];
  let observed: ObservedRecovery | null = null;
  for (const control of ["none", ...CONTROLS] as const) {
    if (control !== "none") {
      const notApplicable = whyNotRun(drill, control);
      const because = notApplicable ?? whyNotNow(results, interrupts.soft.aborted);
      if (because !== null) {
        notRun.push({ control, because, byDeclaration: notApplicable !== null });
        continue;
      }
    }
    const ended = await runCourse(session, { drill: entry, seed, control, observed, page: "that-must-pass" }, runs);
    if (ended === null) {
      notRun.push({ control, because: "the corrected page was not followed", byDeclaration: false });
      continue;
    }
    if (!("result" in ended)) {
      runs.notStarted.push(ended);
      if (ended.code === "skipped") return;
      notRun.push({ control, because: ended.message, byDeclaration: false });
      continue;
    }
    const { result } = ended;
    results.push(result);
    for (const problem of ended.problems) notRun.push({ control, because: problem, byDeclaration: false });
    const { high } = result.measurements.recoveryTimeMs;
    if (control === "none" && high !== null) observed = { runId: result.runId, highMs: high };
  }
  const verdict = judgeControls(entry.id, results, notRun);
  runs.controls.push(verdict);
  const dir = join(resolve(terminal.cwd, command.out), newRunId(`${entry.id}-controls`));
  mkdirSync(dir, { recursive: true });
  writeWhole(join(dir, "controls.json"), serializeControls(verdict));
  const text = renderControls(verdict);
  writeWhole(join(dir, "controls.md"), text);
  await writeText(shown, `\n${text}\n`);
}

/**
 * One run of the set. Where the page as written is declared to fail there is no pass of it to be doubted: it is followed first, and the drill
 * of the set is that of the corrected page.
 * @returns null when that page was not followed.
 */
async function runCourse(session: RunSession, wanted: WantedRun, runs: Runs): Promise<FinishedRun | NotStarted | null> {
  if (wanted.control !== "none") return runOne(session, wanted, false);
  const asWritten = await runOne(session, { ...wanted, page: "as-written", takesForkPoint: true }, true);
  if (!("result" in asWritten) || asWritten.result.declared === null) return asWritten;
  return followCorrectedPage(session, wanted, asWritten, runs);
}

/** A drill that did not pass needs no controls: there is no pass to be doubted. */
function whyNotNow(results: readonly DrillResult[], interrupted: boolean): string | null {
  if (interrupted) return "the command was interrupted";
  const [drill] = results;
  return drill?.outcome === "passed" ? null : "the drill itself did not pass";
}
