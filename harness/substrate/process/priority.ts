/**
 * The processor's time: the harness measures, so it must not wait for what it measures. Where it may (root), it runs
 * ahead of the nodes; the nodes always run as they would without it. On plain loopback and for ordinary users nothing
 * changes, and a busy machine shows as event-loop lag.
 */
import { writeFileSync } from "node:fs";
import { getPriority, setPriority } from "node:os";

/** As a nice value. Enough to be woken at once beside three busy members; it needs less than half a processor. */
const HARNESS_PRIORITY = -10;
const NORMAL_PRIORITY = 0;

/**
 * Raises the priority of this process's main thread, and that of its session where the kernel shares the processor
 * between sessions first (autogroup, sched(7)): there a nice value alone counts only against others of the same session.
 * For the worker, once, before it starts anything; nodes get sessions of their own.
 */
export function raiseHarnessPriority(): void {
  set(HARNESS_PRIORITY);
  try {
    writeFileSync("/proc/self/autogroup", String(HARNESS_PRIORITY));
  } catch {
    // Not allowed, or no such thing here.
  }
}

/** Starts something at the normal priority: a process inherits that of the thread that starts it, at that instant. */
export function atNormalPriority<T>(start: () => T): T {
  const own = getPriority();
  if (own >= NORMAL_PRIORITY) return start();
  set(NORMAL_PRIORITY);
  try {
    return start();
  } finally {
    set(own);
  }
}

/** Not allowed is not wrong. */
function set(priority: number): void {
  try {
    setPriority(priority);
  } catch {
    // The priority stays as it is.
  }
}
