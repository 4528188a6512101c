/**
 * Processes that stand still while something is done: SIGSTOP to each, SIGCONT afterwards. Files that are copied meanwhile
 * are what a SIGKILL at that instant would have left, since what a process wrote is in the system's cache by then and what it
 * had not written is lost in both cases. Not its business: what is copied (copy-machines.ts).
 */
import { setTimeout as delay } from "node:timers/promises";
import { DrillError } from "../../core/index.ts";
import { statesOfGroup } from "./labelled-processes.ts";

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

/** A thread in the middle of a write stops when the write is done, which a busy disk delays. */
const STOPS_WITHIN_MS = 2000;
const LOOK_EVERY_MS = 1;

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
    for (const one of processes) await stops(one);
    const result = await act();
    return { result, stoodStillMs: Math.round((performance.now() - sinceMs) * 1000) / 1000 };
  } finally {
    for (const one of processes) one.signal("SIGCONT");
  }
}

async function stops({ name, pid }: Freezable): Promise<void> {
  const untilMs = performance.now() + STOPS_WITHIN_MS;
  while (!statesOfGroup(pid).every(isStopped)) {
    if (performance.now() > untilMs) throw cannot(`${name} did not stand still when it was told to`);
    await delay(LOOK_EVERY_MS);
  }
}

/** As /proc/PID/task/TID/stat says: stopped by a signal, by a tracer, or dead. */
function isStopped(state: string): boolean {
  return ["T", "t", "Z", "X"].includes(state);
}

function cannot(why: string): DrillError {
  return new DrillError("environment", "fork", `the machines cannot be copied as they are: ${why}`);
}
