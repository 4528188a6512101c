/**
 * `npm run campaign`: long repetitions, run by hand before a piece of work is called done. Many seeds, kills at random
 * instants, two runs at once; the summary goes into docs/track-record.md between the campaign's markers.
 *
 * Parts can be run by themselves: --save FILE keeps the rows, and --from FILE,FILE puts kept rows before the new ones.
 * The records of runs that ended early and came out otherwise than expected are kept in --keep FOLDER.
 */
import { existsSync, readdirSync } from "node:fs";
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { $ } from "zx";
import { seededRandom } from "../harness/core/index.ts";
import type { ControlsResult, DrillResult } from "../harness/integrity/index.ts";
import { labelledProcesses } from "../harness/substrate/process/labelled-processes.ts";
import { writeTrackRecord } from "./record/track-record.ts";
import { scriptOptions } from "./script-options.ts";

const DRILL = "etcd-quorum-loss";
const CLI = ["harness/cli/drillbook.js"];

/** A little longer than a drill takes, so that every part of it is hit and some come to their end. */
const WHOLE_DRILL_MS = 80_000;

/** What a busy machine may leave open. */
const TIME_CHECKS: ReadonlySet<string> = new Set(["time-trustworthy", "recovery-time-within-objective"]);

interface Row {
  readonly what: string;
  readonly runs: number;
  readonly asExpected: number;
  readonly notes: string;
}

const USAGE = `Usage: npm run campaign -- [--seeds 20] [--first 1] [--controls 1] [--interrupts 50] [--kills 50] [--pairs 2] [--instants N] [--save FILE] [--from FILE,FILE] [--keep FOLDER] [--write]`;
const options = scriptOptions(
  USAGE,
  {
    first: "1",
    seeds: "20",
    controls: "1",
    interrupts: "50",
    kills: "50",
    pairs: "2",
    instants: String(Date.now() & 0x7fffffff),
    save: "",
    from: "",
    keep: "",
  },
  ["write"],
);
$.nothrow = true;
$.quiet = true;

const out = await mkdtemp(join(tmpdir(), "drillbook-campaign-"));
const instantsSeed = Number(options.instants);
console.log(`instants of ending are drawn with --instants ${instantsSeed}`);
const random = seededRandom(instantsSeed);
try {
  const saved = options.from.split(",").filter((file) => file !== "");
  const rows = [
    ...(await Promise.all(saved.map(async (file) => JSON.parse(await readFile(file, "utf8")) as Row[]))).flat(),
    await manySeeds(Number(options.first), Number(options.seeds)),
    ...(await withControls(Number(options.controls))),
    await twoAtOnce(Number(options.pairs)),
    await endedEarly("Ctrl-C at a random instant", "SIGINT", Number(options.interrupts)),
    await endedEarly(
      "SIGKILL at a random instant, of the command or of everything in turn",
      "SIGKILL",
      Number(options.kills),
    ),
  ].filter((row) => row.runs > 0);
  if (options.save !== "") await writeFile(options.save, JSON.stringify(rows));
  const table = markdownTable(rows);
  console.log(table);
  if (options.write) await writeTrackRecord("campaign", table);
  process.exitCode = rows.every((row) => row.asExpected === row.runs) ? 0 : 1;
} finally {
  await rm(out, { recursive: true, force: true });
}

/** So many seeds from the first on: each must pass. */
async function manySeeds(first: number, count: number): Promise<Row> {
  const highs: number[] = [];
  let passed = 0;
  for (let seed = first; seed < first + count; seed++) {
    const result = await drill(["--seed", String(seed)]);
    const { low, high } = result.measurements.recoveryTimeMs;
    console.log(
      `seed ${seed}: ${result.outcome}, recovery ${low} to ${high} ms, ${result.measurements.writes.acknowledged} acknowledged`,
    );
    for (const finding of result.findings)
      if (finding.outcome !== "passed") console.log(`  ${finding.checkId}: ${finding.outcome}: ${finding.summary}`);
    if (result.outcome === "passed") passed++;
    if (high !== null) highs.push(high);
  }
  const notes =
    highs.length === 0
      ? "no recovery"
      : `recovery time (high end) ${seconds(Math.min(...highs))} to ${seconds(Math.max(...highs))}`;
  return {
    what: `\`${DRILL}\`, seeds ${first} to ${first + count - 1}: passed`,
    runs: count,
    asExpected: passed,
    notes,
  };
}

/** The drill with all its controls, so many times: one row for each course. */
async function withControls(rounds: number): Promise<readonly Row[]> {
  const rows = new Map<string, { asExpected: number; shows: string }>();
  for (let seed = 1; seed <= rounds; seed++) {
    const { stdout, stderr } =
      await $`${process.execPath} ${CLI} run ${DRILL} --controls --seed ${seed} --out ${out} --json`;
    if (stdout === "") throw new Error(`the controls printed no result:\n${stderr}`);
    const set = JSON.parse(stdout) as ControlsResult;
    console.log(`controls, seed ${seed}: ${set.isVoid ? "void" : set.outcome} ${set.because.join(" ")}`);
    for (const { control, outcome, shows } of set.runs) {
      const before = rows.get(control)?.asExpected ?? 0;
      rows.set(control, { asExpected: before + (outcome === "passed" ? 1 : 0), shows: shows.join("; ") });
    }
  }
  return [...rows].map(([control, { asExpected, shows }]) => ({
    what: control === "none" ? `\`${DRILL}\` with its controls: the drill itself` : `control \`${control}\``,
    runs: rounds,
    asExpected,
    notes: shows,
  }));
}

/**
 * Two runs side by side, on the same addresses in namespaces of their own: neither may notice the other. On two
 * processors the times of one may come out inconclusive for lag; nothing else may.
 */
async function twoAtOnce(pairs: number): Promise<Row> {
  let sound = 0;
  let passed = 0;
  for (let pair = 0; pair < pairs; pair++) {
    for (const result of await Promise.all([drill(["--seed", "1"]), drill(["--seed", "2"])])) {
      const wrong = result.findings.filter(({ outcome }) => outcome !== "passed").map(({ checkId }) => checkId);
      console.log(`pair ${pair + 1}: ${result.outcome} ${wrong.join(", ")}`);
      if (result.outcome === "passed") passed++;
      if (wrong.every((checkId) => TIME_CHECKS.has(checkId))) sound++;
    }
  }
  return {
    what: "two runs at once: everything but the time proven",
    runs: pairs * 2,
    asExpected: sound,
    notes: `${passed} passed; the others were inconclusive about the time alone`,
  };
}

/** A run that is ended by a signal must never be judged wrongly, its record must be readable, and `clean` must leave nothing of it. */
async function endedEarly(what: string, signal: "SIGINT" | "SIGKILL", count: number): Promise<Row> {
  let sound = 0;
  const outcomes = new Map<string, number>();
  for (let index = 0; index < count; index++) {
    const folder = await mkdtemp(join(out, "early-"));
    const running = $`${process.execPath} ${CLI} run ${DRILL} --seed ${index + 1} --out ${folder}`;
    const afterMs = 500 + random.integer(WHOLE_DRILL_MS);
    const everything = signal === "SIGKILL" && index % 2 === 1;
    const timer = setTimeout(() => end(running.pid ?? 0, signal, everything ? folder : null), afterMs);
    const { exitCode } = await running;
    clearTimeout(timer);
    await settled(folder);
    await $`${process.execPath} ${CLI} clean`;
    const { outcome, problems } = await endOf(folder);
    const how = `${signal}${everything ? " of everything" : ""} after ${afterMs} ms: exit ${exitCode ?? "by signal"}`;
    console.log(`${how}, ${outcome} ${problems.join("; ")}`);
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    if (problems.length === 0) sound++;
    else if (options.keep !== "") await cp(folder, join(options.keep, `${signal}-${index + 1}`), { recursive: true });
    await rm(folder, { recursive: true, force: true });
  }
  const counts = [...outcomes].map(([outcome, times]) => `${outcome} ${times}`).join(", ");
  return { what, runs: count, asExpected: sound, notes: `${counts}; nothing left after \`clean\`` };
}

/** Ends the command, and with a folder of runs every process of the run in it, as when the machine's memory is short. */
function end(pid: number, signal: "SIGINT" | "SIGKILL", folder: string | null): void {
  const runs = folder === null ? [] : readdirSync(folder);
  for (const one of [pid, ...runs.flatMap((run) => labelledProcesses(run).map((found) => found.pid))]) {
    try {
      process.kill(one, signal);
    } catch {
      // It went with another one.
    }
  }
}

/** How a run that was ended was judged, and what is wrong about that. */
async function endOf(folder: string): Promise<{ readonly outcome: string; readonly problems: readonly string[] }> {
  const [run] = await readdir(folder);
  // Killed before the record began: there is nothing to judge, and nothing was started.
  if (run === undefined || !existsSync(join(folder, run, "ledger.ndjson")))
    return { outcome: "nothing begun", problems: [] };
  const judged = await $`${process.execPath} ${CLI} judge ${join(folder, run)} --json`;
  const left = labelledProcesses(run).map(({ command }) => command);
  const problems = left.length > 0 ? [`left running: ${left.join(", ")}`] : [];
  if (judged.stdout === "") return { outcome: "not judged", problems: [...problems, judged.stderr] };
  const { findings, outcome } = JSON.parse(judged.stdout) as DrillResult;
  // With its audit on record the drill was over; only its reports may have been cut short.
  const over = (await readFile(join(folder, run, "ledger.ndjson"), "utf8")).includes('"kind":"residue"');
  if (outcome === "passed" && !over) problems.push("passed without its audit");
  if (outcome === "failed") problems.push("accuses a cluster that was only interrupted");
  // A machine that is too busy for three members breaks a run by itself. What a run leaves behind does not.
  for (const { checkId, summary } of findings.filter((one) => one.outcome === "broken"))
    if (checkId !== "steady-before-fault") problems.push(`${checkId}: ${summary}`);
  return { outcome, problems };
}

/** Waits until the worker of a killed command has ended by itself, as it does when its front is gone. */
async function settled(folder: string): Promise<void> {
  const [run = ""] = await readdir(folder);
  while (labelledProcesses(run).length > 0) await delay(100);
}

async function drill(args: readonly string[]): Promise<DrillResult> {
  const { stdout, stderr } = await $`${process.execPath} ${CLI} run ${DRILL} ${args} --out ${out} --json`;
  if (stdout === "") throw new Error(`the drill printed no result:\n${stderr}`);
  return JSON.parse(stdout) as DrillResult;
}

function seconds(durationMs: number): string {
  return `${(durationMs / 1000).toFixed(2)} s`;
}

function markdownTable(rows: readonly Row[]): string {
  const lines = rows.map((row) => `| ${row.what} | ${row.asExpected} of ${row.runs} | ${row.notes} |`);
  return ["| what | as expected | |", "|---|---|---|", ...lines].join("\n");
}
