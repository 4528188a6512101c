/** `clean`: removes what crashed runs left behind, and says what it was. Reports and evidence stay. */
import { DrillError } from "../core/index.ts";
import { cleanRun, leftovers } from "../substrate/index.ts";
import { didYouMean } from "./nearest.ts";
import { printable } from "./printable.ts";
import type { Terminal } from "./terminal.ts";

const SHOWN_CHARACTERS = 140;

/**
 * Cleans the named runs; without names every crashed one. A kept cluster goes only by its name; a run that is going on never.
 * @returns 0.
 * @throws DrillError `usage` for a name that left nothing behind.
 */
export async function clean(runIds: readonly string[], terminal: Terminal): Promise<number> {
  const found = await leftovers();
  const chosen =
    runIds.length === 0
      ? found.filter((leftover) => !leftover.kept)
      : runIds.map((runId) => {
          const leftover = found.find((candidate) => candidate.runId === runId);
          if (leftover !== undefined) return leftover;
          const names = found.map((candidate) => candidate.runId);
          throw new DrillError(
            "usage",
            "clean",
            `Nothing was left behind by a run ${JSON.stringify(runId)}.${didYouMean(runId, names)}`,
          );
        });
  for (const { runId } of chosen) {
    const removed = await cleanRun(runId);
    const lines =
      removed.length === 0
        ? ["nothing but its entry in the list of runs"]
        : removed.map((what) => `removed ${shortened(what)}`);
    terminal.stdout.write(`${printable(runId)}:\n${lines.map((line) => `  ${line}\n`).join("")}`);
  }
  if (chosen.length === 0) terminal.stdout.write("No crashed run left anything behind.\n");
  const kept = found.filter((leftover) => leftover.kept && !chosen.includes(leftover));
  for (const { runId } of kept)
    terminal.stdout.write(
      `${printable(runId)} was kept on request; drillbook clean ${printable(runId)} takes it down.\n`,
    );
  return 0;
}

/** A process shows its whole command line, which may be a screen long. */
function shortened(what: string): string {
  const text = printable(what);
  return text.length <= SHOWN_CHARACTERS ? text : `${text.slice(0, SHOWN_CHARACTERS)}...`;
}
