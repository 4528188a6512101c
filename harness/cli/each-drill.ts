/** The drills of one command, each in the way that was asked for: alone, with its controls, again and again. Not its business: one run (run-one.ts). */
import { resolve } from "node:path";
import type { DrillResult } from "../integrity/index.ts";
import type { SetPlan } from "../ledger/index.ts";
import type { CatalogueEntry } from "./catalogue.ts";
import { longestRecovery } from "./past-runs.ts";
import { runAlone } from "./run-alone.ts";
import type { RunSession, WantedRun } from "./run-one.ts";
import { allRuns, noRuns, type Runs } from "./runs.ts";
import { SeveralCases } from "./several-cases.ts";
import { sideBySide } from "./side-by-side.ts";

/** What came of one drill. */
export interface EndedDrill {
  readonly drill: CatalogueEntry;
  /** All of it, with every seed. */
  readonly runs: Runs;
  /** With each seed that was come to. */
  readonly bySeed: readonly EndedSeed[];
}

/** What came of one drill with one seed; where it is repeated, with the seeds from this one on. */
export interface EndedSeed {
  readonly seed: number;
  readonly runs: Runs;
  /** The result of each of its runs, in the order in which they ended. */
  readonly judged: readonly DrillResult[];
}

/** The seeds with which each drill is run. */
export function seedsOf({ command, seed }: RunSession): readonly number[] {
  return command.seeds ?? [seed];
}

/**
 * Runs the drills, so many at once as the command line says. A scenario of several cases that was asked for as a whole stands for all of them.
 * @returns what came of each that was begun, and which drills there were.
 */
export async function runEach(
  drills: readonly CatalogueEntry[],
  session: RunSession,
  plan: SetPlan | null,
): Promise<{ readonly drills: readonly CatalogueEntry[]; readonly ended: readonly EndedDrill[] }> {
  const goOn = (): boolean => !session.interrupts.soft.aborted;
  const work = async (drill: CatalogueEntry, index: number): Promise<EndedDrill> => {
    const bySeed: EndedSeed[] = [];
    for (const seed of seedsOf(session)) {
      if (!goOn()) break;
      const one = { seed, runs: noRuns(), judged: [] };
      const firstOfAll = index === 0 && bySeed.length === 0;
      await runDrillAsAsked(drill, { ...session, ...one }, { plan, firstOfAll, runs: one.runs });
      bySeed.push(one);
    }
    return { drill, bySeed, runs: allRuns(bySeed.map(({ runs }) => runs)) };
  };
  try {
    return { drills, ended: await sideBySide(drills, session.command.jobs ?? 1, work, goOn) };
  } catch (error) {
    const [whole] = drills;
    if (!(error instanceof SeveralCases) || whole === undefined) throw error;
    return runEach(
      error.drillIds.map((id) => ({ id, file: whole.file })),
      session,
      plan,
    );
  }
}

async function runDrillAsAsked(
  drill: CatalogueEntry,
  session: RunSession,
  { plan, firstOfAll, runs }: { readonly plan: SetPlan | null; readonly firstOfAll: boolean; readonly runs: Runs },
): Promise<void> {
  if (plan !== null) return (await import("./repeat.ts")).runRepeats(session, drill, plan, runs);
  if (session.command.controls === true) {
    return (await import("./with-controls.ts")).runWithControls(session, drill, runs);
  }
  await runAlone(session, wantedRun(drill, session), firstOfAll, runs);
}

/** The drill with its page as written, or one control of it, which needs a page that passes. */
function wantedRun(drill: CatalogueEntry, { command, seed, terminal }: RunSession): WantedRun {
  const { control } = command;
  if (control === undefined) {
    return { drill, seed, control: "none", page: "as-written", observed: null, takesForkPoint: !command.keep };
  }
  const observed = longestRecovery(resolve(terminal.cwd, command.out), drill.id);
  return { drill, seed, control, page: "that-must-pass", observed };
}
