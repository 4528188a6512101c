/**
 * Processes that stand still while something is done: SIGSTOP to each, SIGCONT afterwards. Files that are copied meanwhile
 * are what a SIGKILL at that instant would have left, since what a process wrote is in the system's cache by then and what it
 * had not written is lost in both cases. Not its business: what is copied (copy-machines.ts).
 */
import { DrillError } from "../../core/index.ts";
import { statesOfGroup } from "./labelled-processes.ts";
import { isStopped, standsStill } from "./standing-still.ts";

/** A process that is made to stand still, with all of its group. */
export interface Freezable {
  /** For messages, e.g. `n1/etcd`. */
  readonly name: string;
  readonly pid: number;
  /** Told to stand still already. */
  readonly paused: boolean;
  /** Signals the whole group, and records it. */
  signal(signal: "SIGSTOP" | "SIGCONT"): void;
}

/**
 * Does something while all these stand still, and lets them go on, also after a failure.
 * @returns what came of it, and for how long they stood still.
 * @throws DrillError `environment` when one stood still already (somebody else holds it), or does not stop, or cannot be seen.
 */
export async function whileFrozen<T>(
  processes: readonly Freezable[],
  act: () => Promise<T>,
): Promise<{ readonly result: T; readonly stoodStillMs: number }> {
  for (const { name, paused, pid } of processes) {
    const states = statesOfGroup(pid);
    if (states.length === 0) throw cannot(`${name} cannot be seen in /proc`);
    if (paused || states.some(isStopped)) throw cannot(`${name} is paused, and a paused process cannot be copied`);
  }
  const sinceMs = performance.now();
  try {
    for (const one of processes) one.signal("SIGSTOP");
    for (const { name, pid } of processes)
      if (!(await standsStill(pid))) throw cannot(`${name} did not stand still when it was told to`);
    const result = await act();
    return { result, stoodStillMs: Math.round((performance.now() - sinceMs) * 1000) / 1000 };
  } finally {
    for (const one of processes) one.signal("SIGCONT");
  }
}

function cannot(why: string): DrillError {
  return new DrillError("environment", "fork", `the machines cannot be copied as they are: ${why}`);
}
