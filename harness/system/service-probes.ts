/**
 * The fast grid: writes through each member, as an open model. Runs in whatever thread it is called in, and knows of none.
 * They record what they see and decide nothing.
 */
import type { Clock } from "../core/index.ts";
import { HARNESS_STOOD_STILL, type GridPlan, type ServiceProbeEntry } from "../ledger/index.ts";
import type { StoreClient } from "./cluster.ts";
import { runGrid } from "./grid.ts";

/** Keys of the service probes begin with this; they are not in the workload's account. */
export const PROBE_PREFIX = "drillbook/probe/";

/** A member, and the client by which it is probed. */
export interface ProbedMember {
  readonly node: string;
  readonly client: StoreClient;
}

export interface ServiceProbesOptions {
  readonly members: readonly ProbedMember[];
  readonly grid: GridPlan;
  readonly clock: Clock;
  readonly record: (entry: ServiceProbeEntry) => void;
  /** How long the loop that these probes run in has stood still so far. */
  readonly stoodStillMs: () => number;
  readonly signal: AbortSignal;
}

/**
 * A loop that stood still for more than this share of a probe's time-out gave the member too little of it. A smaller
 * standstill leaves enough: a healthy member answers within a twentieth of any time-out that makes sense.
 */
const STANDSTILL_SHARE = 0.5;

/** Whether a silence of the members proves nothing, since the loop that listened stood still for so much of the time-out. */
export function stoodStillTooLong(stoodStillMs: number, timeoutMs: number): boolean {
  return stoodStillMs > STANDSTILL_SHARE * timeoutMs;
}

/**
 * Probes every member on the grid until aborted, waits for the probes under way (at most their time-out), and closes
 * the clients.
 * @throws what `record` threw first.
 */
export async function runServiceProbes(options: ServiceProbesOptions): Promise<void> {
  const { clock, grid, members, signal } = options;
  const grids = members.map(async (member) =>
    runGrid({
      clock,
      signal,
      grid,
      what: `writes of the service probe through ${member.node}`,
      onTick: serviceProbe(options, member),
    }),
  );
  try {
    await Promise.allSettled(grids);
    await Promise.all(grids);
  } finally {
    await Promise.all(members.map(async ({ client }) => client[Symbol.asyncDispose]()));
  }
}

/** One write through one member: `ok` only if it was acknowledged. */
function serviceProbe(options: ServiceProbesOptions, { client, node }: ProbedMember): () => Promise<void> {
  const { clock, grid, record, stoodStillMs } = options;
  const key = `${PROBE_PREFIX}${node}`;
  return async () => {
    const stoodStillBeforeMs = stoodStillMs();
    const sentAtMs = clock.nowMs();
    const { outcome, reason } = await client.put(key, String(sentAtMs));
    const seen = { kind: "service-probe", atMs: clock.nowMs(), node, sentAtMs } as const;
    if (outcome === "acknowledged") record({ ...seen, ok: true, reason: null });
    else if (stoodStillTooLong(stoodStillMs() - stoodStillBeforeMs, grid.timeoutMs))
      record({ ...seen, ok: null, reason: HARNESS_STOOD_STILL });
    else record({ ...seen, ok: false, reason });
  };
}
