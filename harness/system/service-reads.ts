/** Reads through members, from what each holds and from what all have agreed on, on a grid. They record what they see and decide nothing. */
import type { RunContext } from "../core/index.ts";
import type { GridPlan, Recorder, ServiceReadEntry } from "../ledger/index.ts";
import type { Cluster, StoreClient } from "./cluster.ts";
import { runGrid } from "./grid.ts";
import { PROBE_PREFIX } from "./service-probes.ts";

export interface ServiceReadsOptions {
  readonly cluster: Cluster;
  readonly run: RunContext;
  readonly recorder: Recorder;
}

/** Both are for a stretch of a second: several looks, each of which a healthy member has answered long before it is given up. */
const GRID: GridPlan = { periodMs: 200, timeoutMs: 900 };

/**
 * Reads through every node, dead or not, on connections of its own. Disposing ends it, and waits for the reads under way
 * (at most their time-out).
 */
export function startServiceReads({ cluster, recorder, run }: ServiceReadsOptions): AsyncDisposable {
  const stopping = new AbortController();
  const signal = AbortSignal.any([stopping.signal, run.signal]);
  const clients = cluster.nodes.map(({ name }) => ({
    node: name,
    client: cluster.openClient(name, { timeoutMs: GRID.timeoutMs }),
  }));
  const readings = clients.flatMap(({ client, node }) =>
    (["local", "linearizable"] as const).map(async (read) =>
      runGrid({
        clock: run.clock,
        signal,
        grid: GRID,
        what: `${read} reads through ${node}`,
        onTick: async () => {
          const sentAtMs = run.clock.nowMs();
          const seen = await readOnce(client, node, read);
          recorder.record({ kind: "service-read", atMs: run.clock.nowMs(), node, sentAtMs, read, ...seen });
        },
      }),
    ),
  );
  const ended = Promise.all(readings);
  // Nobody awaits it before the disposal; until then its failure must not end the process.
  ended.catch(() => undefined);
  return {
    [Symbol.asyncDispose]: async () => {
      stopping.abort();
      await Promise.allSettled(readings);
      await Promise.all(clients.map(async ({ client }) => client[Symbol.asyncDispose]()));
      await ended;
    },
  };
}

/** The key of that node's own service probe: it is there since before the fault. */
async function readOnce(
  client: StoreClient,
  node: string,
  read: ServiceReadEntry["read"],
): Promise<Pick<ServiceReadEntry, "ok" | "reason">> {
  const key = `${PROBE_PREFIX}${node}`;
  const { outcome, reason } = await (read === "local" ? client.getLocal(key) : client.get(key));
  return outcome === "acknowledged" ? { ok: true, reason: null } : { ok: false, reason };
}
