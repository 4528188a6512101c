/**
 * Starts a program as the leader of a session (and so of a process group) of its own, without holding up the harness's loop. `spawn` returns
 * when the child has become the program; a child that begins its session before that (`detached`) shares the processor as one session among many
 * (autogroup, sched(7)) for so long. Beside twelve busy sessions on two processors that took 105 ms (median), and three members that
 * were started at once stood for 300 ms in which nothing was measured; with setsid(1), which runs as the harness does until it has
 * begun, 27 ms.
 */
import {
  spawn,
  type ChildProcess,
  type ChildProcessWithoutNullStreams,
  type SpawnOptions,
  type SpawnOptionsWithStdioTuple,
} from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { groupOf } from "./labelled-processes.ts";
import { onSystemPath } from "./system-path.ts";

const LOOK_EVERY_MS = 1;

/** Where there is no setsid(1) (macOS) the child begins its session itself. Await `leadsItsGroup` before the group is signalled. */
export function spawnInOwnSession(
  program: string,
  args: readonly string[],
  options: SpawnOptionsWithStdioTuple<"pipe", "pipe", "pipe">,
): ChildProcessWithoutNullStreams;
export function spawnInOwnSession(program: string, args: readonly string[], options: SpawnOptions): ChildProcess;
export function spawnInOwnSession(program: string, args: readonly string[], options: SpawnOptions): ChildProcess {
  const setsid = onSystemPath("setsid");
  return setsid === null
    ? spawn(program, args, { ...options, detached: true })
    : spawn(setsid, [program, ...args], options);
}

/** Resolves when a process that was started so leads its group, or is gone. At once where there is no /proc to see it in. */
export async function leadsItsGroup(pid: number): Promise<void> {
  while (![pid, null].includes(groupOf(pid))) await delay(LOOK_EVERY_MS);
}
