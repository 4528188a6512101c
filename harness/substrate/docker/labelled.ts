/**
 * What an engine has of a run: containers and networks that bear its label, and their removal. Nothing without the label is
 * ever touched (law 10).
 */
import { glob, writeFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { DrillError } from "../../core/index.ts";
import { tellEngine, type EngineAddress } from "./engine.ts";

/** The label of all that a run makes in an engine; its value is the run's id. */
export const RUN_LABEL = "drillbook.run";

/** What a run has in an engine, by name. */
export interface InEngine {
  readonly containers: readonly string[];
  readonly networks: readonly string[];
}

/** How long is tried to remove all: an engine that was being told to make something may do so a moment later. */
const REMOVE_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 200;

/**
 * All that bears the run's label.
 * @throws DrillError `environment` when the engine does not answer.
 */
export async function labelledInEngine(engine: EngineAddress, runId: string): Promise<InEngine> {
  const filter = ["--filter", `label=${RUN_LABEL}=${runId}`];
  const [containers, networks] = await Promise.all([
    tellEngine(engine, ["ps", "--all", ...filter, "--format", "{{.Names}}"]),
    tellEngine(engine, ["network", "ls", ...filter, "--format", "{{.Name}}"]),
  ]);
  return { containers: lines(containers), networks: lines(networks) };
}

/**
 * Removes all that bears the run's label, containers with what runs in them.
 * @returns what it was, a line each.
 * @throws DrillError `environment` when something stays, or the engine does not answer.
 */
export async function removeFromEngine(engine: EngineAddress, runId: string): Promise<readonly string[]> {
  const removed = new Set<string>();
  const untilMs = performance.now() + REMOVE_WITHIN_MS;
  for (;;) {
    const { containers, networks } = await labelledInEngine(engine, runId);
    const names = [...containers, ...networks];
    if (names.length === 0) return [...removed];
    if (performance.now() > untilMs)
      throw new DrillError("environment", "docker", `the engine did not remove ${names.join(", ")} of run ${runId}`);
    // Networks last: one that a container is on stays.
    const done = await Promise.allSettled<unknown>(containers.map(async (name) => removeContainer(engine, name)));
    for (const name of networks)
      done.push(...(await Promise.allSettled([tellEngine(engine, ["network", "rm", name])])));
    for (const name of containers) removed.add(`container ${name}`);
    for (const name of networks) removed.add(`network ${name}`);
    if (done.some(({ status }) => status === "rejected")) await delay(LOOK_EVERY_MS);
  }
}

/**
 * Removes a container of ours at once, with all that runs in it and its anonymous volumes. Nothing happens when it is not there.
 * @throws DrillError `environment` when the engine cannot.
 */
export async function removeContainer(engine: EngineAddress, name: string): Promise<void> {
  await thaw(engine, name);
  await tellEngine(engine, ["rm", "--force", "--volumes", name]);
}

/**
 * A container that is killed while a program is being started in it can be left frozen, in cgroups of version 1, and is then
 * never removed (github.com/opencontainers/runc, issue 3803): it is told to go on first.
 */
async function thaw(engine: EngineAddress, name: string): Promise<void> {
  const id = await tellEngine(engine, ["inspect", "--format", "{{.Id}}", name]).catch(() => null);
  if (id === null) return;
  // In which group an engine puts its containers is its own setting.
  for await (const state of glob(`/sys/fs/cgroup/freezer/**/${id}/freezer.state`))
    await writeFile(state, "THAWED").catch(() => {});
}

function lines(text: string): readonly string[] {
  return text.split("\n").filter((line) => line !== "");
}
