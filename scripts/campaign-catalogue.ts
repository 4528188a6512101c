/**
 * `npm run campaign:catalogue`: each drill of the catalogue with many seeds, with its controls, and with an empty page in the place
 * of its own. Takes hours, on more than one machine, so what came of each run is appended to a record at once, which is kept in
 * docs/catalogue-runs.ndjson; a run that is there already is not made again, however it came out: a bad one stays.
 *
 * The seed chooses the case, so that consecutive seeds come by all cases of a scenario. `--write` puts the table over the whole
 * record into docs/track-record.md. The folders of runs that did not come out as declared are kept in --reports.
 */
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import picomatch from "picomatch";
import { $ } from "zx";
import { catalogue } from "../harness/cli/catalogue.ts";
import { drillNamesIn, loadScenario } from "../harness/cli/load-scenario.ts";
import { sideBySide } from "../harness/cli/side-by-side.ts";
import { drillName } from "../harness/drill/index.ts";
import { COURSES, catalogueTable, readRow, type CatalogueRow, type Course } from "./record/catalogue-table.ts";
import { writeTrackRecord } from "./record/track-record.ts";
import { scriptOptions } from "./script-options.ts";

interface WantedRun {
  readonly drillId: string;
  readonly course: Course;
  readonly seed: number;
}

/** The table in docs/track-record.md is over this one. */
const RECORD = fileURLToPath(new URL("../docs/catalogue-runs.ndjson", import.meta.url));

const USAGE = `Usage: npm run campaign:catalogue -- [--record FILE] [--drills 'etcd-*'] [--seeds 10] [--first 1] [--controls 0] [--empty-pages 0] [--jobs 1] [--reports FOLDER] [--write]`;
const options = scriptOptions(
  USAGE,
  { drills: "*", seeds: "10", first: "1", controls: "0", "empty-pages": "0", jobs: "1", record: RECORD, reports: "" },
  ["write"],
);
$.nothrow = true;
$.quiet = true;

const recordFile = options.record;
const commit = (await $`git describe --always --dirty`).stdout.trim();
const scratch = await mkdtemp(join(tmpdir(), "drillbook-catalogue-"));
const reports = options.reports === "" ? join(scratch, "reports") : options.reports;
const emptyPage = join(scratch, "empty.md");
await writeFile(emptyPage, "");
try {
  const there = new Set(rowsOf(recordFile).map(keyOf));
  const wanted = (await wantedRuns()).filter((run) => !there.has(keyOf(run)));
  await sideBySide(wanted, Number(options.jobs), async (run) => {
    const row = await runOnce(run);
    appendFileSync(recordFile, `${JSON.stringify(row)}\n`);
    console.log(
      `${row.asExpected ? "ok " : "BAD"} ${row.drillId} ${row.course} ${row.seed}: ${row.outcome} ${row.says}`,
    );
  });
  const rows = rowsOf(recordFile);
  const table = catalogueTable(rows);
  console.log(table);
  if (options.write) await writeTrackRecord("catalogue", table);
  process.exitCode = rows.every(({ asExpected }) => asExpected) ? 0 : 1;
} finally {
  await rm(scratch, { recursive: true, force: true });
}

/** Seed by seed, so that a campaign that is cut short has something of each drill. */
async function wantedRuns(): Promise<readonly WantedRun[]> {
  const isWanted = picomatch(options.drills);
  const scenarios = await Promise.all(
    catalogue()
      .filter(({ id }) => isWanted(id))
      .map(async (entry) => ({
        cases: await drillNamesIn(entry),
        withPage: (await loadScenario(entry)).filter(({ runbook }) => runbook !== null).map(drillName),
      })),
  );
  const first = Number(options.first);
  const counts = { drill: options.seeds, controls: options.controls, "empty page": options["empty-pages"] };
  return COURSES.flatMap((course) =>
    Array.from({ length: Number(counts[course]) }, (_, index) => first + index).flatMap((seed) =>
      scenarios.flatMap(({ cases, withPage }) => {
        const of = course === "empty page" ? withPage : cases;
        const drillId = of[seed % of.length];
        return drillId === undefined ? [] : [{ drillId, course, seed }];
      }),
    ),
  );
}

async function runOnce({ drillId, course, seed }: WantedRun): Promise<CatalogueRow> {
  const extra = { drill: [], controls: ["--controls"], "empty page": ["--runbook", emptyPage] }[course];
  const { exitCode, stdout, stderr } =
    await $`${process.execPath} harness/cli/drillbook.js run ${drillId} ${extra} --seed ${seed} --out ${reports} --json`;
  const { outcome, says, recoveryHighMs } = readVerdict(stdout, stderr);
  const passed = outcome === "passed" && exitCode === 0;
  // An empty page must be found out, and not only be undecided.
  const asExpected = course === "empty page" ? outcome === "failed" && exitCode === 1 : passed;
  return { drillId, course, seed, commit, outcome, asExpected, recoveryHighMs, says };
}

/** What `run --json` prints: a result, or a verdict over several runs. */
interface PrintedVerdict {
  readonly outcome: string;
  readonly because?: readonly string[];
  readonly findings?: readonly { readonly checkId: string; readonly outcome: string; readonly summary: string }[];
  readonly measurements?: { readonly recoveryTimeMs: { readonly high: number | null } };
}

function readVerdict(stdout: string, stderr: string): Pick<CatalogueRow, "outcome" | "says" | "recoveryHighMs"> {
  if (stdout === "") return { outcome: "no verdict", says: stderr.trim().slice(-300), recoveryHighMs: null };
  const { outcome, because = [], findings = [], measurements } = JSON.parse(stdout) as PrintedVerdict;
  const wrong = findings.filter((one) => one.outcome !== "passed" && one.outcome !== "skipped");
  const says = [...because, ...wrong.map((one) => `${one.checkId}: ${one.outcome}: ${one.summary}`)];
  return {
    outcome,
    says: outcome === "passed" ? "" : says.join(" ").slice(0, 1000),
    recoveryHighMs: measurements?.recoveryTimeMs.high ?? null,
  };
}

function rowsOf(file: string): readonly CatalogueRow[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8").split("\n").filter(Boolean).map(readRow);
}

function keyOf({ drillId, course, seed }: WantedRun): string {
  return `${drillId} ${course} ${seed}`;
}
