/**
 * Before anything is started: are the page's commands known to the programs of this version? A page that cannot work is not
 * tried on a broken cluster. The rule is the judge's own (measure/known-commands.ts).
 */
import type { LedgerEntry, PageCommandsEntry, ProgramSaidEntry } from "../ledger/index.ts";
import { knownCommands } from "../measure/index.ts";
import { readPageCommands } from "../runbook/index.ts";
import { askProgram } from "../tools/index.ts";
import type { Drill } from "./drill.ts";
import type { RunDrillOptions } from "./run-drill.ts";

/** A path has at most this many words, and each round of questions goes one word down; then come the flags. */
const MOST_ROUNDS = 8;

/**
 * Asks and records.
 * @returns whether the drill may go on: false when a program does not know a command of the page.
 * @throws the run's abort reason.
 */
export async function commandsAreKnown(
  drill: Drill,
  { control, ledger, programs, run, runbook }: RunDrillOptions,
): Promise<boolean> {
  if (runbook === null || (control.kind !== "none" && control.kind !== "recovery-only")) return true;
  const { commandLines } = drill.system;
  const page: PageCommandsEntry = {
    kind: "page-commands",
    atMs: run.clock.nowMs(),
    programs: Object.entries(commandLines.programs).map(([name, style]) => ({ name, style })),
    steps: runbook.blocks.filter(({ kind }) => kind === "step").length,
    commands: readPageCommands(runbook, commandLines),
  };
  ledger.record(page);
  const said: LedgerEntry[] = [page];
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const { questions } = knownCommands(said);
    if (questions.length === 0) break;
    const answers = await Promise.all(
      questions.map(async ({ program, asked }): Promise<ProgramSaidEntry> => {
        const answer = await askProgram(programs[program], asked, run.signal);
        return { kind: "program-said", atMs: run.clock.nowMs(), program, asked, ...answer };
      }),
    );
    run.signal.throwIfAborted();
    for (const answer of answers) {
      ledger.record(answer);
      said.push(answer);
    }
  }
  return knownCommands(said).unknown.length === 0;
}
