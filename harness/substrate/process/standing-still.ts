/**
 * When a process that was told to stand still does: SIGSTOP takes effect when one of its threads takes it, and until then the others go on
 * and answer. Seen on a busy machine: a member gave an answer after it was signalled.
 */
import { setTimeout as delay } from "node:timers/promises";
import { statesOfGroup } from "./labelled-processes.ts";

/** A thread in the middle of a write stops when the write is done, which a busy disk delays. */
const STOPS_WITHIN_MS = 2000;
const LOOK_EVERY_MS = 1;

/**
 * Waits until all threads of all processes of a group stand still, for 2 s at most.
 * @returns whether they do; true of a group that is gone, and where there is no /proc to see it in.
 */
export async function standsStill(pgid: number): Promise<boolean> {
  const untilMs = performance.now() + STOPS_WITHIN_MS;
  while (!statesOfGroup(pgid).every(isStopped)) {
    if (performance.now() > untilMs) return false;
    await delay(LOOK_EVERY_MS);
  }
  return true;
}

/** As /proc/PID/task/TID/stat says: stopped by a signal, by a tracer, or dead. */
export function isStopped(state: string): boolean {
  return ["T", "t", "Z", "X"].includes(state);
}
