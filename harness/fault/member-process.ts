/**
 * The process of a member as the kernel shows it, found by its arguments among all processes: not by what the harness
 * remembers of having started it. Only where there is a /proc.
 */
import { readdir, readFile } from "node:fs/promises";
import type { ClusterNode } from "../system/index.ts";
import type { Sighting } from "./sightings.ts";

/** `T` is stopped by a signal; see proc(5). Null: there is no such process. */
export type ProcessState = string | null;

/**
 * The state of the process of this node's member.
 * @throws where the kernel shows no processes.
 */
export async function memberProcessState({ ownArgument }: ClusterNode): Promise<ProcessState> {
  for (const pid of (await readdir("/proc")).filter((name) => /^\d+$/.test(name))) {
    // A process may end while it is looked at: then its files are gone.
    const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    if (!command.split("\0").includes(ownArgument)) continue;
    const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => null);
    // The name of the program stands in parentheses and may hold any character.
    const state = stat?.slice(stat.lastIndexOf(")") + 2, stat.lastIndexOf(")") + 3) ?? null;
    if (state !== null && state !== "Z") return state;
  }
  return null;
}

/** Seen when no process of it is there. */
export async function processGone(node: ClusterNode): Promise<Sighting> {
  const state = await memberProcessState(node);
  if (state === null) return { seen: true, detail: `no process of ${node.name} is there` };
  return { seen: false, detail: `the process of ${node.name} runs (${state})` };
}
