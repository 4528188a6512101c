/** An orderly restart of one member, for the rolling restart. */
import { DrillError, formatMs, type RunContext } from "../core/index.ts";
import type { ClusterNode } from "./cluster.ts";

/**
 * Stops the node's member by SIGTERM, waits until its process has ended, and starts it from its manifest.
 * @param stopsWithinMs how long the system itself may take to stop in good order.
 * @throws DrillError `environment` when it does not run as its manifest's process, or does not stop in time.
 */
export async function restartMember(node: ClusterNode, run: RunContext, stopsWithinMs: number): Promise<void> {
  const { machine, process } = node;
  if (!machine.isRunning(process)) {
    throw new DrillError(
      "environment",
      "rolling-restart",
      `${node.name}: ${process} does not run as its manifest's process, so there is nothing to restart: it has ended by itself, or the page started it by hand`,
    );
  }
  await machine.signal(process, "SIGTERM", "harness");
  const waiting = new AbortController();
  const gaveUp = run.clock.sleep(stopsWithinMs, AbortSignal.any([waiting.signal, run.signal])).then(() => true);
  // Its rejection is of interest only while somebody waits for it.
  gaveUp.catch(() => undefined);
  const stillRuns = await Promise.race([machine.exited(process).then(() => false), gaveUp]);
  waiting.abort();
  if (stillRuns) {
    throw new DrillError(
      "environment",
      "rolling-restart",
      `${node.name}: ${process} was told to stop (SIGTERM) and still runs after ${formatMs(stopsWithinMs)}; see its log in the run's evidence`,
    );
  }
  await machine.start(process, "harness");
}
