/** How a run ends when it does not end by itself: nothing outlives it, the evidence stays, and only what it left is ever removed. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { startDrillbook, type DrillbookProcess } from "../../fixtures/live/drillbook-process.ts";
import { programsOrSkip } from "../../fixtures/live/programs.ts";
import { readLedger, type Ledger, type LedgerEntry } from "../ledger/index.ts";
import { labelledProcesses } from "../substrate/process/labelled-processes.ts";

let dir: string;
beforeEach(async (context) => {
  await programsOrSkip(context, "etcd", "etcdctl", "etcdutl");
  dir = mkdtempSync(join(tmpdir(), "drillbook-endings-"));
});
afterEach(async () => {
  await using clean = drillbook("clean");
  await clean.ended;
  rmSync(dir, { recursive: true, force: true });
});

const drillbook = (...argv: readonly string[]): DrillbookProcess =>
  startDrillbook(argv, { cwd: dir, stateDir: join(dir, "state") });
const books = (): readonly string[] => readdirSync(join(dir, "state", "runs"));
const runDir = (runId: string): string => join(dir, "reports", runId);
const ledgerOf = (runId: string): Promise<Ledger> => readLedger(join(runDir(runId), "ledger.ndjson"));

/** A drill whose cluster is up and written to. */
async function drilling(): Promise<{ readonly run: DrillbookProcess; readonly runId: string }> {
  const run = drillbook("run", "etcd-quorum-loss", "--seed", "1");
  await run.says("\nworkload ...");
  const runId = /, run (\S+)/.exec(run.out())?.[1] ?? "";
  expect(labelledProcesses(runId).filter(isEtcd)).not.toEqual([]);
  return { run, runId };
}

const isEtcd = ({ command }: { readonly command: string }): boolean => command.startsWith("etcd ");

function kill(runId: string, which: (command: string) => boolean): void {
  const found = labelledProcesses(runId).filter(({ command }) => which(command));
  expect(found.length).toBeGreaterThan(0);
  for (const { pid } of found) killUnlessGone(pid);
}

/** The first one killed may have taken the others with it: `unshare --kill-child`. */
function killUnlessGone(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** The test's own limit ends it when they stay. */
async function noProcessOf(runId: string): Promise<void> {
  while (labelledProcesses(runId).length > 0) await delay(20);
}

function expectNothingLeft(runId: string): void {
  expect(labelledProcesses(runId)).toEqual([]);
  expect(books()).not.toContain(runId);
}

test("Ctrl-C once: the drill ends in order, evidence and verdict are there, nothing is left", async () => {
  const { run, runId } = await drilling();
  await using _run = run;
  run.kill("SIGINT");
  expect((await run.ended).exitCode).toBe(130);
  expect(run.out()).toContain("INTERRUPTED");
  const { entries } = await ledgerOf(runId);
  expect(entries.slice(-2).map((entry) => entry.kind)).toEqual(["end", "residue"]);
  expect(entries.at(-1)).toMatchObject({ processes: [], folders: [], addresses: [] });
  expect(existsSync(join(runDir(runId), "report.html"))).toBe(true);
  expect(readdirSync(join(runDir(runId), "evidence", "nodes"))).toHaveLength(3);
  expectNothingLeft(runId);
});

test("the worker is killed: the front removes what it left and the run is interrupted", async () => {
  const { run, runId } = await drilling();
  await using _run = run;
  kill(runId, (command) => command.includes("worker.ts"));
  expect((await run.ended).exitCode).toBe(130);
  expect(run.out()).toContain("ended unexpectedly");
  expect(JSON.parse(readFileSync(join(runDir(runId), "result.json"), "utf8"))).toMatchObject({
    outcome: "interrupted",
  });
  expectNothingLeft(runId);
});

test("the front is killed: the worker ends the drill in order by itself", async () => {
  const { run, runId } = await drilling();
  await using _run = run;
  run.kill("SIGKILL");
  await run.ended;
  await noProcessOf(runId);
  expect((await ledgerOf(runId)).entries.at(-1)?.kind).toBe("end");
  expectNothingLeft(runId);
  await using judge = drillbook("judge", runDir(runId));
  expect((await judge.ended).exitCode).toBe(130);
  expect(judge.out()).toContain("INTERRUPTED");
});

test("both are killed: judge says interrupted, the next run mentions it, clean removes it and nothing else", async () => {
  const { run, runId } = await drilling();
  await using _run = run;
  run.kill("SIGKILL");
  kill(runId, () => true);
  await noProcessOf(runId);
  await using judge = drillbook("judge", runDir(runId), "--json");
  expect((await judge.ended).exitCode).toBe(130);
  expect(JSON.parse(judge.out())).toMatchObject({ runId, outcome: "interrupted" });

  const next = await drilling();
  await using _next = next.run;
  expect(next.run.out()).toContain("1 crashed run left things behind");
  await using clean = drillbook("clean");
  expect((await clean.ended).exitCode).toBe(0);
  expect(clean.out()).toContain(runId);
  expect(clean.out()).not.toContain(next.runId);
  expect(books()).toEqual([next.runId]);
  expect(existsSync(join(runDir(runId), "ledger.ndjson"))).toBe(true);
  next.run.kill("SIGTERM");
  expect((await next.run.ended).exitCode).toBe(130);
  expect(endedByItself(await ledgerOf(next.runId))).toEqual([]);
});

test("two at once: the end of one takes nothing from the other", async () => {
  const one = await drilling();
  await using _one = one.run;
  const other = await drilling();
  await using _other = other.run;
  one.run.kill("SIGINT");
  expect((await one.run.ended).exitCode).toBe(130);
  expectNothingLeft(one.runId);
  other.run.kill("SIGINT");
  expect((await other.run.ended).exitCode).toBe(130);
  expectNothingLeft(other.runId);
  const clusterIds = await Promise.all([one, other].map(async ({ runId }) => clusterIdsOf(await ledgerOf(runId))));
  expect(clusterIds.map((ids) => ids.size)).toEqual([1, 1]);
  expect(endedByItself(await ledgerOf(other.runId))).toEqual([]);
});

/** Processes of the run that ended without the run having signalled them: somebody else did. */
function endedByItself({ entries }: Ledger): readonly LedgerEntry[] {
  return entries.filter((entry) => entry.kind === "process" && entry.event === "exited" && entry.actor === null);
}

/** Every cluster id that a member of the run ever told. */
function clusterIdsOf({ entries }: Ledger): ReadonlySet<string> {
  const views = entries.flatMap((entry) => (entry.kind === "cluster-probe" ? entry.views : []));
  return new Set(views.flatMap(({ clusterId }) => clusterId ?? []));
}
