/** Waits until members take writes as they did before something disturbed them. */
import { DrillError, formatMs } from "../core/index.ts";
import type { ClusterNode } from "../system/index.ts";
import type { ArmOptions } from "./fault.ts";

/** A write takes some milliseconds, on a busy machine some tens. What piled up in a second without a leader takes longer. */
const CALM_MS = 200;
const IN_A_ROW = 5;
const EVERY_MS = 50;

const CALM_WITHIN_MS = 30_000;
const TIMEOUT_MS = 1000;
/** In nobody's account. */
const KEY = "drillbook/fault/calm";

/**
 * Writes through each of them until several writes in a row were acknowledged quickly. A member that acknowledges one has applied
 * all that came before it.
 * @throws DrillError `environment` when that does not come.
 */
export async function untilCalm(
  members: readonly ClusterNode[],
  { cluster, run }: Pick<ArmOptions, "cluster" | "run">,
): Promise<void> {
  const { clock, signal } = run;
  await using connections = new AsyncDisposableStack();
  const clients = members.map(({ name }) => connections.use(cluster.openClient(name, { timeoutMs: TIMEOUT_MS })));
  const untilMs = clock.nowMs() + CALM_WITHIN_MS;
  for (let inARow = 0; inARow < IN_A_ROW;) {
    const sentAtMs = clock.nowMs();
    const attempts = await Promise.all(clients.map(async (client) => client.put(KEY, run.runId)));
    const isCalm = attempts.every(({ outcome }) => outcome === "acknowledged") && clock.nowMs() - sentAtMs <= CALM_MS;
    inARow = isCalm ? inARow + 1 : 0;
    if (!isCalm && clock.nowMs() >= untilMs) {
      const reason = attempts.find((one) => one.reason !== null)?.reason ?? `slower than ${formatMs(CALM_MS)}`;
      throw new DrillError(
        "environment",
        "fault",
        `${members.map(({ name }) => name).join(" and ")} do not take ${IN_A_ROW} writes in a row within ${formatMs(CALM_WITHIN_MS)}: ${reason}`,
      );
    }
    await clock.sleep(EVERY_MS, signal);
  }
}
