/** A process of a container, found among this computer's: the engine runs on its kernel, which shows each under an id of its own. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";

/**
 * The id under which this computer sees the process that a container sees as `inner`.
 * @param init this computer's id of the container's first process.
 * @returns null when there is none.
 */
export function hostPidOf(init: number, inner: number): number | null {
  const namespace = namespaceOf(init);
  if (namespace === null) return null;
  for (const pid of readdirSync("/proc")) {
    if (!/^\d+$/.test(pid)) continue;
    if (innermostPid(read(pid)) === inner && namespaceOf(pid) === namespace) return Number(pid);
  }
  return null;
}

/** The last of `NSpid`: the id in the innermost namespace that the process is in (proc_pid_status(5)). Exported for its test. */
export function innermostPid(status: string): number | null {
  const ids = /^NSpid:\s*(.*)$/m.exec(status)?.[1]?.split(/\s+/) ?? [];
  return ids.length === 0 ? null : Number(ids.at(-1));
}

function namespaceOf(pid: number | string): string | null {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return null; // it has ended
  }
}

function read(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/status`, "utf8");
  } catch {
    return ""; // it has ended
  }
}
