/**
 * The process of a member as the kernel shows it, found by its data folder among all processes: not by what the harness
 * remembers of having started it. Only where there is a /proc.
 */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { RunContext } from "../core/index.ts";
import type { ClusterNode } from "../system/index.ts";
import type { Sighting } from "./sightings.ts";

/** `T` is stopped by a signal; see proc(5). Null: there is no such process. */
export type ProcessState = string | null;

/**
 * The state of the process that was started with the data folder of this node.
 * @throws where the kernel shows no processes.
 */
export async function memberProcessState({ dataDir, machine }: ClusterNode): Promise<ProcessState> {
  const argument = `--data-dir=${join(machine.homeDir, dataDir)}`;
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    // A process may end while it is looked at: then its files are gone.
    const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    if (!command.split("\0").includes(argument)) continue;
    const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => null);
    // The name of the program stands in parentheses and may hold any character.
    const state = stat?.slice(stat.lastIndexOf(")") + 2, stat.lastIndexOf(")") + 3) ?? null;
    if (state !== null && state !== "Z") return state;
  }
  return null;
}

const LOOK_EVERY_MS = 50;

/** Looks until the process is gone, for at most `withinMs`; once if that is 0. */
export async function processGone(
  node: ClusterNode,
  { clock, signal }: RunContext,
  withinMs: number,
): Promise<Sighting> {
  const untilMs = clock.nowMs() + withinMs;
  for (;;) {
    const state = await memberProcessState(node);
    if (state === null) return { seen: true, detail: `no process of ${node.name} is there` };
    if (clock.nowMs() >= untilMs) return { seen: false, detail: `the process of ${node.name} runs (${state})` };
    await clock.sleep(LOOK_EVERY_MS, signal);
  }
}
