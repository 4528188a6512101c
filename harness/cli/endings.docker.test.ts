/** How a run on containers ends when it does not end by itself: the engine has nothing of it afterwards, and no disk of it is mounted. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startDrillbook, type DrillbookProcess } from "../../fixtures/live/drillbook-process.ts";
import { programsOrSkip } from "../../fixtures/live/programs.ts";
import { messageOf } from "../core/index.ts";
import { SUBSTRATES } from "../substrate/index.ts";
import { labelledInEngine } from "../substrate/docker/labelled.ts";
import { labelledProcesses } from "../substrate/process/labelled-processes.ts";

const footing = await SUBSTRATES.docker.find().catch((error: unknown) => messageOf(error));
const engine = typeof footing === "string" ? null : footing.engine;

/** Its members have small disks. */
const DRILL = "dqlite-disk-full.follower";

let dir: string;
beforeEach(async (context) => {
  await programsOrSkip(context, "dqlite-demo", "dqlite");
  dir = mkdtempSync(join(tmpdir(), "drillbook-endings-"));
});
afterEach(async () => {
  await using clean = drillbook("clean");
  await clean.ended;
  rmSync(dir, { recursive: true, force: true });
});

const drillbook = (...argv: readonly string[]): DrillbookProcess =>
  startDrillbook(argv, { cwd: dir, stateDir: join(dir, "state") });

/** A drill whose cluster is up and written to. */
async function drilling(): Promise<{ readonly run: DrillbookProcess; readonly runId: string }> {
  const run = drillbook("run", DRILL, "--substrate", "docker", "--seed", "1");
  await run.says("\nworkload ...");
  return { run, runId: /, run (\S+)/.exec(run.out())?.[1] ?? "" };
}

/** What is left of a run: containers, networks, processes, mounts, its place in the books. */
async function leftOf(runId: string): Promise<readonly string[]> {
  if (engine === null) throw new Error("there is no engine");
  const { containers, networks } = await labelledInEngine(engine, runId);
  const mounts = readFileSync("/proc/self/mounts", "utf8").split("\n");
  return [
    ...containers,
    ...networks,
    ...labelledProcesses(runId).map(({ command }) => command),
    ...mounts.filter((line) => line.includes(runId)),
    ...readdirSync(join(dir, "state", "runs")),
  ];
}

describe.skipIf(engine === null)(`a run on containers${typeof footing === "string" ? ` (${footing})` : ""}`, () => {
  test("that is interrupted leaves nothing", async () => {
    const { run, runId } = await drilling();
    await using _run = run;
    run.kill("SIGINT");
    expect((await run.ended).exitCode).toBe(130);
    expect(await leftOf(runId)).toEqual([]);
  });

  test("whose front and worker are killed leaves its containers, and `clean` nothing", async () => {
    const { run, runId } = await drilling();
    await using _run = run;
    const workers = labelledProcesses(runId).filter(({ command }) => command.includes("worker.ts"));
    expect(workers).toHaveLength(1);
    run.kill("SIGKILL");
    for (const { pid } of workers) process.kill(pid, "SIGKILL");
    await run.ended;
    const names = ["n1", "n2", "n3"].map((name) => `drillbook-${runId}-${name}`);
    expect(await leftOf(runId)).toEqual(expect.arrayContaining([...names, `drillbook-${runId}`, runId]));
    await using clean = drillbook("clean", runId);
    expect((await clean.ended).exitCode).toBe(0);
    expect(await leftOf(runId)).toEqual([]);
  });
});
