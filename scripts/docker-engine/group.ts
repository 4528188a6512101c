/**
 * The control group by which everything that the private engine started is known: the engine's own programs, the shims, and all
 * processes of its containers. A process cannot leave it by forking, and its name is no process id that another may get.
 * In it `daemons` holds the engine, `containers` those that it starts.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { groupsOf, type EngineHost } from "../../harness/tools/docker/private-engine.ts";

/** Below the root of each hierarchy. */
export const GROUP = "drillbook-engine";
/** For dockerd: below which the containers' groups are made. */
export const CONTAINERS_GROUP: string = `/${GROUP}/containers`;

const POLL_MS = 100;

/** Makes the group of the engine's own programs. @returns the file into which a process writes its id to be in it */
export function makeGroup(host: EngineHost): string {
  const folder = join(rootOf(host), "daemons");
  mkdirSync(folder, { recursive: true });
  return join(folder, "cgroup.procs");
}

/** The ids of all processes in it; none when there is no group. */
export function processesOf(host: EngineHost): readonly number[] {
  return foldersBelow(rootOf(host)).flatMap((folder) =>
    read(join(folder, "cgroup.procs")).split("\n").filter(Boolean).map(Number),
  );
}

/**
 * Lets go on whatever stands still in it. A container that was killed while it started a process can leave a `runc init` that is
 * frozen, and a frozen process does not die: the delete waits for ever. With v1, writing THAWED frees it.
 */
export function thaw(host: EngineHost): void {
  for (const folder of foldersBelow(rootOf(host))) {
    const [file, moving] = existsSync(join(folder, "freezer.state"))
      ? [join(folder, "freezer.state"), "THAWED"]
      : [join(folder, "cgroup.freeze"), "0"];
    const state = read(file).trim();
    if (state !== "" && state !== moving) write(file, moving);
  }
}

/** Kills all processes in it, and waits until they are gone. @returns those that are left after `withinMs` */
export async function killGroup(host: EngineHost, withinMs: number): Promise<readonly number[]> {
  const until = performance.now() + withinMs;
  for (;;) {
    thaw(host);
    const left = processesOf(host);
    if (left.length === 0 || performance.now() > until) return left;
    for (const pid of left) {
      // Asked again right before: an id of a moment ago may be somebody else's by now.
      if (isIn(host, pid)) kill(pid);
    }
    await delay(POLL_MS);
  }
}

/** Removes the group from every hierarchy. Processes in it must be gone. @returns what could not be removed */
export function removeGroup(host: EngineHost): readonly string[] {
  const hierarchies = [host.cgroupFolder, ...subfolders(host.cgroupFolder)];
  // Links (cpu to cpu,cpuacct) lead to the same one.
  const roots = hierarchies.map((folder) => join(folder, GROUP)).filter((folder) => existsSync(folder));
  for (const folder of roots.flatMap((root) => foldersBelow(root)).toSorted((a, b) => b.length - a.length)) {
    try {
      rmdirSync(folder);
    } catch {
      // Still there: reported below.
    }
  }
  return roots.filter((folder) => existsSync(folder));
}

function rootOf(host: EngineHost): string {
  return join(groupsOf(host)?.folder ?? host.cgroupFolder, GROUP);
}

function isIn({ procFolder }: EngineHost, pid: number): boolean {
  const lines = read(join(procFolder, String(pid), "cgroup")).split("\n");
  return lines.some((line) => line.split(":").at(-1)?.startsWith(`/${GROUP}/`));
}

function foldersBelow(root: string): readonly string[] {
  return existsSync(root) ? [root, ...subfolders(root).flatMap((folder) => foldersBelow(folder))] : [];
}

function subfolders(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .map((name) => join(folder, name))
      .filter((path) => statSync(path, { throwIfNoEntry: false })?.isDirectory());
  } catch {
    return []; // Gone meanwhile, as groups go with their containers.
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch {
    // Gone meanwhile, or the kernel refuses: whoever waits for the processes sees that.
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // Gone meanwhile.
  }
}
