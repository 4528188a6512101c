/**
 * The processes that carry a run's label in their environment, as /proc shows them, and ending them.
 * Nothing without the label is ever signalled (law 10). Where there is no /proc (macOS) it sees nothing;
 * there process groups are all that is stopped, and the substrate says so.
 */
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { RUN_LABEL_VARIABLE } from "../../core/index.ts";

/** One incarnation of a process: a process id alone may be used again, together with its start time it is not. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Field 22 of /proc/PID/stat: clock ticks since boot; "" where there is no /proc. */
  readonly startTime: string;
}

/** A process of a run. */
export interface LabelledProcess extends ProcessIdentity {
  readonly command: string;
}

/** Every living process with the label of `runId`. A process that is dead and not yet reaped is not living. */
export function labelledProcesses(runId: string): readonly LabelledProcess[] {
  const found: LabelledProcess[] = [];
  for (const name of processIds()) {
    const pid = Number(name);
    if (!carriesLabel(pid, runId)) continue;
    const startTime = startTimeOf(pid);
    if (startTime === null) continue;
    found.push({ pid, startTime, command: read(pid, "cmdline")?.split("\0").join(" ").trim() ?? "" });
  }
  return found;
}

/** The identity of a living process, or null. */
export function identityOf(pid: number): ProcessIdentity | null {
  const startTime = startTimeOf(pid);
  if (startTime !== null) return { pid, startTime };
  return read(process.pid, "stat") === null && answers(pid) ? { pid, startTime: "" } : null;
}

/** Whether this very incarnation still lives. */
export function isAlive(identity: ProcessIdentity): boolean {
  return identityOf(identity.pid)?.startTime === identity.startTime;
}

/**
 * Kills every process with the run's label but this one and its ancestors, again and again until none is left (one may
 * be starting another), for at most `withinMs`.
 * @returns those that are still there.
 */
export async function killLabelled(runId: string, withinMs: number): Promise<readonly LabelledProcess[]> {
  const spared = new Set(ancestors());
  const untilMs = performance.now() + withinMs;
  for (;;) {
    const left = labelledProcesses(runId).filter(({ pid }) => !spared.has(pid));
    if (left.length === 0 || performance.now() > untilMs) return left;
    for (const { pid, startTime } of left) {
      // Looked at once more, right before: the id may belong to somebody else by now.
      if (startTimeOf(pid) === startTime && carriesLabel(pid, runId)) kill(pid);
    }
    await delay(5);
  }
}

/** A process as a person reads it: its id and the beginning of its command. */
export function showProcess({ pid, command }: LabelledProcess): string {
  return `${pid} ${command.slice(0, 200)}`.trimEnd();
}

/** The ids of the processes that `pid` started and that live. */
export function childrenOf(pid: number): readonly number[] {
  return processIds()
    .map(Number)
    .filter((candidate) => startTimeOf(candidate) !== null && statFields(candidate)?.[1] === String(pid));
}

/** The process group of a process, dead and not yet reaped ones too; null when there is none, and where there is no /proc. */
export function groupOf(pid: number): number | null {
  const group = statFields(pid)?.[2];
  return group === undefined ? null : Number(group);
}

/** The states (`R`, `S`, `T`...) of all threads of all processes of a group, as /proc shows them; empty when it is gone. */
export function statesOfGroup(pgid: number): readonly string[] {
  return processIds()
    .filter((pid) => statFields(Number(pid))?.[2] === String(pgid))
    .flatMap((pid) => threadIds(pid).flatMap((thread) => stateOf(`${pid}/task/${thread}`) ?? []));
}

/**
 * Processes with the run's label that are in none of these groups, nor in this process's own, nor among its ancestors: what
 * a page has started by hand, and open shells.
 */
export function strayProcesses(runId: string, groups: readonly number[]): readonly LabelledProcess[] {
  const known = new Set([...groups.map(String), statFields(process.pid)?.[2]]);
  const spared = new Set(ancestors());
  return labelledProcesses(runId).filter(({ pid }) => !spared.has(pid) && !known.has(statFields(pid)?.[2]));
}

function carriesLabel(pid: number, runId: string): boolean {
  const environment = read(pid, "environ");
  return environment !== null && `\0${environment}`.includes(`\0${RUN_LABEL_VARIABLE}=${runId}\0`);
}

/** This process and those that started it, as far as this pid namespace shows. */
function ancestors(): number[] {
  const line: number[] = [];
  for (let pid = process.pid; pid > 0 && !line.includes(pid); pid = Number(statFields(pid)?.[1] ?? 0)) line.push(pid);
  return line;
}

function startTimeOf(pid: number): string | null {
  const fields = statFields(pid);
  if (fields === null || fields[0] === "Z" || fields[0] === "X") return null;
  return fields[19] ?? null;
}

/** The fields of /proc/PID/stat from the third (state) on; the second may itself hold spaces and brackets. */
function statFields(of: number | string): readonly string[] | null {
  const stat = read(of, "stat");
  return stat === null ? null : stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

function stateOf(thread: string): string | null {
  return statFields(thread)?.[0] ?? null;
}

function threadIds(pid: string): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return []; // it has ended
  }
}

function processIds(): readonly string[] {
  try {
    return readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  } catch {
    return [];
  }
}

function read(pid: number | string, file: string): string | null {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return null; // gone, or another user's
  }
}

function answers(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
