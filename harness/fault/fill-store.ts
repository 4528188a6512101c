/** Writes of a fault beside those of the clients, so that a store's files go on to new ones: closed segments, snapshots. */
import { DrillError, formatMs } from "../core/index.ts";
import type { ClusterNode } from "../system/index.ts";
import type { ArmOptions } from "./fault.ts";

/** How much is written. */
export interface Filler {
  readonly writes: number;
  readonly valueBytes: number;
}

/** In nobody's account. */
export const FILLER_KEY = "drillbook/fill";

/** The same few keys are overwritten: the log grows by that, and the database does not. */
const KEYS = 16;
/** So many writes take ten seconds or two. */
const WRITTEN_WITHIN_MS = 60_000;
const TIMEOUT_MS = 5000;
const LOOK_EVERY_MS = 50;

/**
 * Writes through these members; one that is not acknowledged is written again through the next.
 * @throws DrillError `environment` when it takes too long: they must serve for this disaster.
 */
export async function fillStore(
  { valueBytes, writes }: Filler,
  through: readonly ClusterNode[],
  { cluster, run }: Pick<ArmOptions, "cluster" | "run">,
): Promise<void> {
  const value = "x".repeat(valueBytes);
  const untilMs = run.clock.nowMs() + WRITTEN_WITHIN_MS;
  await using stack = new AsyncDisposableStack();
  const clients = through.map(({ name }) => stack.use(cluster.openClient(name, { timeoutMs: TIMEOUT_MS })));
  let turn = 0;
  for (let written = 0; written < writes;) {
    run.signal.throwIfAborted();
    if (run.clock.nowMs() > untilMs) throw tooSlow(written, writes);
    const attempt = await clients[turn % clients.length]?.put(`${FILLER_KEY}/${written % KEYS}`, value);
    if (attempt?.outcome === "acknowledged") written++;
    else {
      turn++;
      await run.clock.sleep(LOOK_EVERY_MS, run.signal);
    }
  }
}

function tooSlow(written: number, writes: number): DrillError {
  const seen = `${written} of ${writes} writes of the fault were acknowledged within ${formatMs(WRITTEN_WITHIN_MS)}`;
  return new DrillError("environment", "fault", `${seen}; the members must serve for this disaster`);
}
