/**
 * The service probes' thread, seen from the drill's: started, listened to, ended. The drill's own loop (workload, page,
 * ledger) can be busy without delaying a probe: times are stamped in the thread, on the same clock.
 * Not its business: what the thread does (probe-thread-worker.ts).
 */
import { Worker } from "node:worker_threads";
import { DrillError, messageOf } from "../core/index.ts";
import type { GridPlan, LoopLagEntry, ServiceProbeEntry } from "../ledger/index.ts";
import type { ProbeAccess } from "./cluster.ts";

/** What the thread is given; it crosses to it as a copy. */
export interface ProbeThreadTask {
  readonly members: readonly { readonly node: string; readonly access: ProbeAccess }[];
  readonly grid: GridPlan;
  readonly baseInstantNs: bigint;
}

/** What the thread says: what it saw. */
export type FromProbeThread = ServiceProbeEntry | LoopLagEntry;

/** What the thread is told: to end. */
export const STOP = "stop";

export interface ProbeThreadOptions extends ProbeThreadTask {
  readonly record: (entry: FromProbeThread) => void;
  readonly signal: AbortSignal;
}

/** Beyond the time-out of its last probe, which it waits for, the thread needs milliseconds to end. */
const ENDS_WITHIN_MS = 5000;

/** The module of the thread: the same kind of file (source or compiled) as this one. */
const WORKER = new URL(
  import.meta.url.endsWith(".ts") ? "./probe-thread-worker.ts" : "./probe-thread-worker.js",
  import.meta.url,
);

/**
 * Runs the probes in a thread until aborted, and until the thread has ended.
 * @throws what `record` threw first; DrillError `harness` when the thread failed or did not end in time.
 */
export async function runProbeThread(options: ProbeThreadOptions): Promise<void> {
  const { baseInstantNs, grid, members, record, signal } = options;
  const task: ProbeThreadTask = { members, grid, baseInstantNs };
  const thread = new Worker(WORKER, { workerData: task, name: "probes" });
  let failure: { readonly error: unknown } | null = null;
  let overdue: NodeJS.Timeout | undefined;
  const stop = (): void => {
    thread.postMessage(STOP);
    overdue ??= setTimeout(() => {
      const message = "the thread of the service probes did not end when it was told to";
      failure ??= { error: new DrillError("harness", "probes", message) };
      void thread.terminate();
    }, grid.timeoutMs + ENDS_WITHIN_MS);
  };
  const fail = (error: unknown): void => {
    failure ??= { error };
    stop();
  };
  thread.on("message", (entry: FromProbeThread) => {
    if (failure !== null) return;
    try {
      record(entry);
    } catch (error) {
      fail(error);
    }
  });
  thread.on("error", (error) =>
    fail(
      new DrillError("harness", "probes", `the thread of the service probes failed: ${messageOf(error)}`, {
        cause: error,
      }),
    ),
  );
  // Not events.once: it rejects on an error, and the thread must be gone when this returns.
  const exited = Promise.withResolvers<number>();
  thread.once("exit", exited.resolve);
  if (signal.aborted) stop();
  else signal.addEventListener("abort", stop, { once: true });
  try {
    const exitCode = await exited.promise;
    if (exitCode !== 0 || !signal.aborted) failure ??= { error: endedEarly(exitCode) };
  } finally {
    clearTimeout(overdue);
    signal.removeEventListener("abort", stop);
  }
  if (failure !== null) throw failure.error;
}

function endedEarly(exitCode: number): DrillError {
  return new DrillError(
    "harness",
    "probes",
    `the thread of the service probes ended by itself (exit code ${exitCode})`,
  );
}
