/** `run --matrix`: each drill against each version, and one table over all. Not its business: judging it (integrity/). */
import { join, resolve } from "node:path";
import { judgeMatrix, serializeMatrix, type MatrixRun } from "../integrity/index.ts";
import { renderMatrix } from "../report/index.ts";
import type { CatalogueEntry } from "./catalogue.ts";
import { runAlone } from "./run-alone.ts";
import { makeSetFolder, writeWhole } from "./run-folder.ts";
import { newSetId } from "./run-id.ts";
import type { RunSession } from "./run-one.ts";
import { noRuns, type Runs } from "./runs.ts";
import { writeText } from "./terminal.ts";

/** The versions of one program, as they were asked for. */
export interface WantedVersions {
  readonly program: string;
  readonly versions: readonly string[];
}

/**
 * Runs all, drill by drill, with one seed, and writes matrix.json and matrix.md.
 * @throws DrillError `environment` when they cannot be written.
 */
export async function runMatrix(
  session: RunSession,
  drills: readonly CatalogueEntry[],
  { program, versions }: WantedVersions,
  runs: Runs,
): Promise<void> {
  const { command, interrupts, seed, shown, terminal } = session;
  const cells: MatrixRun[] = [];
  for (const drill of drills) {
    for (const version of versions) {
      if (interrupts.soft.aborted) break;
      const own = noRuns();
      const finished = await runAlone(
        session,
        {
          drill,
          seed,
          control: "none",
          page: "as-written",
          observed: null,
          versions: { ...command.with, [program]: version },
        },
        cells.length === 0,
        own,
      );
      const [refused] = own.notStarted;
      cells.push({
        drillId: drill.id,
        version,
        results: finished.map(({ result }) => result),
        bothPages: own.bothPages[0] ?? null,
        problems: finished.flatMap(({ problems }) => problems),
        notRun: refused === undefined ? null : { because: refused.message, isSkipped: refused.code === "skipped" },
      });
      runs.finished.push(...own.finished);
      runs.notStarted.push(...own.notStarted);
      runs.bothPages.push(...own.bothPages);
    }
  }
  const verdict = judgeMatrix({ program, versions, drillIds: drills.map(({ id }) => id) }, cells);
  runs.matrices.push(verdict);
  const folder = makeSetFolder(resolve(terminal.cwd, command.out), newSetId(program, "matrix"));
  const text = renderMatrix(verdict);
  writeWhole(join(folder.runDir, "matrix.json"), serializeMatrix(verdict));
  writeWhole(join(folder.runDir, "matrix.md"), text);
  await writeText(shown, `\n${text}\n`);
}
