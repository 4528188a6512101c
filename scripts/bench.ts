/**
 * `npm run bench`: first figures, each the ratio of two things timed alternately in one run, with the median of at least
 * ten. No test asserts a time; this is where times are measured.
 *
 * Usage: npm run bench -- [--rounds 10] [--write]
 *
 * - recovery: the page's steps driven by a bare bash script, with no probes and no workload but as much data, against the drill's runbook phase
 * - provisioning: three members started by hand against the drill's, from the start of the first process to the first write through each
 * - start: from the command to the first phase of the drill
 */
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { minimist } from "zx";
import type { DrillResult } from "../harness/integrity/index.ts";
import { readLedger } from "../harness/ledger/index.ts";
import { bareCluster } from "./bench/bare-cluster.ts";
import { writeTrackRecord } from "./record/track-record.ts";

const DRILL = "etcd-quorum-loss";
const CLI = "harness/cli/drillbook.js";
const options = minimist(process.argv.slice(2), { default: { rounds: 10 } });
const rounds = Math.max(1, Number(options["rounds"]));
if (options["write"] === true && rounds < 10) throw new Error("medians of fewer than ten rounds are not published");

/** What one drill took. */
interface DrillTimes {
  readonly runbookMs: number;
  readonly provisionMs: number;
  readonly toFirstPhaseMs: number;
}

const out = await mkdtemp(join(tmpdir(), "drillbook-bench-"));
try {
  const bare: { recoveryMs: number; provisionMs: number }[] = [];
  const drills: DrillTimes[] = [];
  const bareNodeMs: number[] = [];
  for (let round = 1; round <= rounds; round++) {
    bare.push(await bareCluster(join(out, `bare-${round}`)));
    drills.push(await timedDrill(round));
    bareNodeMs.push(await timeOf(["-e", "0"]));
    console.log(`round ${round}: bare ${JSON.stringify(bare.at(-1))} drill ${JSON.stringify(drills.at(-1))}`);
  }
  const table = [
    `medians of ${rounds} rounds, drill and bare script in turn`,
    "| figure | drill | bare | ratio |",
    "|---|---|---|---|",
    row(
      "recovery: runbook phase / bare bash script",
      drills.map((one) => one.runbookMs),
      bare.map((one) => one.recoveryMs),
    ),
    row(
      "provisioning: three members until each takes a write / by hand",
      drills.map((one) => one.provisionMs),
      bare.map((one) => one.provisionMs),
    ),
    row(
      "start: command to first phase / `node -e 0`",
      drills.map((one) => one.toFirstPhaseMs),
      bareNodeMs,
    ),
  ].join("\n");
  console.log(`\n${table}`);
  if (options["write"] === true) await writeTrackRecord("bench", table);
} finally {
  await rm(out, { recursive: true, force: true });
}

/** Runs the drill and takes the times from its own record, except for the start, which is seen from here. */
async function timedDrill(round: number): Promise<DrillTimes> {
  const startedMs = performance.now();
  const child = spawn(process.execPath, [CLI, "run", DRILL, "--seed", String(round), "--out", out, "--json"], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  let toFirstPhaseMs: number | null = null;
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    stderr += chunk;
    if (toFirstPhaseMs === null && stderr.includes("provision ...")) toFirstPhaseMs = performance.now() - startedMs;
  });
  await new Promise((resolve) => child.on("close", resolve));
  if (stdout === "" || toFirstPhaseMs === null) throw new Error(`the drill printed no result:\n${stderr}`);
  const result = JSON.parse(stdout) as DrillResult;
  const { runbookStartedAtMs, runbookEndedAtMs } = result.timeline;
  if (result.outcome !== "passed" || runbookStartedAtMs === null || runbookEndedAtMs === null) {
    throw new Error(`round ${round} came out ${result.outcome}; only drills that passed are timed`);
  }
  return {
    runbookMs: runbookEndedAtMs - runbookStartedAtMs,
    provisionMs: await provisionMsOf(join(out, result.runId, "ledger.ndjson")),
    toFirstPhaseMs,
  };
}

/** From the first start of a process to the first acknowledged probe through each node. */
async function provisionMsOf(file: string): Promise<number> {
  const { entries } = await readLedger(file);
  const startedMs = entries.find((entry) => entry.kind === "process")?.atMs ?? NaN;
  const nodes = entries.filter((entry) => entry.kind === "node").map((entry) => entry.node);
  const firstOkMs = nodes.map(
    (node) => entries.find((entry) => entry.kind === "service-probe" && entry.node === node && entry.ok)?.atMs ?? NaN,
  );
  return Math.max(...firstOkMs) - startedMs;
}

async function timeOf(args: readonly string[]): Promise<number> {
  const startedMs = performance.now();
  const child = spawn(process.execPath, args, { stdio: "ignore" });
  await new Promise((resolve) => child.on("close", resolve));
  return performance.now() - startedMs;
}

function row(what: string, drill: readonly number[], bare: readonly number[]): string {
  const ratios = drill.map((value, index) => value / (bare[index] ?? NaN));
  return `| ${what} | ${median(drill).toFixed(0)} ms | ${median(bare).toFixed(0)} ms | ${median(ratios).toFixed(2)} |`;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}
