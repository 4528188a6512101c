/**
 * `run --repeat` and `run --until-confident`: one drill again and again, each time with the next seed, and one verdict over all. Each run has
 * its own folder and verdict as ever; the set has a folder beside them. Not its business: judging the set (integrity/).
 */
import { resolve, join } from "node:path";
import { judgeRepeats, runOfSet, type RepeatsResult, type RunOfSet } from "../integrity/index.ts";
import {
  appendToSet,
  readSet,
  seedOfRun,
  SET_SCHEMA_VERSION,
  setRecord,
  type SetEnd,
  type SetHeader,
  type SetLine,
  type SetPlan,
} from "../ledger/index.ts";
import type { FinishedRun } from "./aftermath.ts";
import type { CatalogueEntry } from "./catalogue.ts";
import { judgeRun } from "./conclude.ts";
import { makeSetFolder, SET_FILE } from "./run-folder.ts";
import { newSetId } from "./run-id.ts";
import { runOne, type RunSession } from "./run-one.ts";
import type { Runs } from "./runs.ts";
import { showSet, writeSet } from "./stored-set.ts";

/** So many runs in a row that say nothing of the system's recovery end `--until-confident`: more of them would say no more. */
const SILENT_RUNS = 3;

/**
 * Runs the set, judges it, writes its reports.
 * @throws DrillError `environment` when its record or reports cannot be written.
 */
export async function runRepeats(session: RunSession, drill: CatalogueEntry, plan: SetPlan, runs: Runs): Promise<void> {
  const { command, interrupts, terminal } = session;
  const header: SetHeader = {
    kind: "set",
    schemaVersion: SET_SCHEMA_VERSION,
    setId: newSetId(drill.id, "repeats"),
    drillId: drill.id,
    seed: session.seed,
    plan,
    startedAt: new Date().toISOString(),
  };
  const folder = makeSetFolder(resolve(terminal.cwd, command.out), header.setId);
  const file = join(folder.runDir, SET_FILE);
  const lines: SetLine[] = [];
  const judged = new Map<string, RunOfSet>();
  const record = (line: SetLine): void => {
    appendToSet(file, line);
    lines.push(line);
  };
  appendToSet(file, header);
  for (let index = 1, ended: SetEnd | null = null; ended === null; index++) {
    const seed = seedOfRun(session.seed, index);
    record({ kind: "run-begins", index, seed });
    const run = await runOne(
      session,
      { drill, seed, control: "none", page: "that-must-pass", observed: null },
      index === 1,
    );
    if ("result" in run) {
      const { runId } = run.result;
      judged.set(runId, await saidBy(run));
      record({ kind: "run-over", index, runId, problems: run.problems });
    } else if (index === 1) {
      // What keeps the first run from starting is said once, as of a single run; there is no set then.
      folder.undo();
      runs.notStarted.push(run);
      return;
    } else if (!interrupts.soft.aborted) {
      record({ kind: "run-refused", index, message: run.message });
    }
    ended = endOf(plan, judgeRepeats(setRecord(header, lines), judged), interrupts.soft.aborted);
    if (ended !== null) record({ kind: "set-ended", because: ended });
  }
  const result = judgeRepeats(await readSet(file), judged);
  runs.repeats.push(result);
  await showSet(result, folder.runDir, session.shown, terminal);
  await writeSet(folder.runDir, result);
}

/** What a run says, as it lies on disk: of one with problems that may be less than what is in memory. */
async function saidBy({ ledger, result, problems, runDir }: FinishedRun): Promise<RunOfSet> {
  const stored = problems.length === 0 ? { ledger, result } : await judgeRun(runDir);
  return runOfSet(stored.ledger, stored.result);
}

/** Why the set is over after these runs; null when it goes on. */
function endOf(plan: SetPlan, { runs, recoveryTime }: RepeatsResult, interrupted: boolean): SetEnd | null {
  if (interrupted) return "interrupted";
  if (plan.kind === "repeat") return runs.length >= plan.runs ? "all-run" : null;
  if (recoveryTime.verdict !== "not-decided") return "decided";
  if (runs.length >= plan.atMost) return "cap";
  const last = runs.slice(-SILENT_RUNS);
  const isSilent = last.length === SILENT_RUNS && last.every(({ says }) => says === "unknown" || says === "nothing");
  return isSilent ? "no-progress" : null;
}
