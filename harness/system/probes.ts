/**
 * The probes of a drill: a fast grid of writes, one through each member, and a slow grid of looks at the whole cluster.
 * They record what they see and decide nothing.
 */
import type { RunContext } from "../core/index.ts";
import type { JudgementPlan, MemberView, Recorder } from "../ledger/index.ts";
import type { Cluster, ClusterNode, StoreClient } from "./cluster.ts";
import { runGrid } from "./grid.ts";
import { watchLoopLag } from "./loop-lag.ts";

/** Keys of the service probes begin with this; they are not in the workload's account. */
export const PROBE_PREFIX = "drillbook/probe/";

export interface ProbeOptions {
  readonly cluster: Cluster;
  readonly plan: Pick<JudgementPlan, "serviceProbe" | "clusterProbe">;
  readonly run: RunContext;
  readonly recorder: Recorder;
}

/**
 * Starts both grids and the watch on the event loop. Disposing ends them, waits for the probes under way (at most their
 * time-out) and closes their connections.
 * @returns a disposable that throws the ledger's error when the probes could not record.
 */
export function startProbes(options: ProbeOptions): AsyncDisposable {
  const { cluster, plan, recorder, run } = options;
  const { clock } = run;
  const stopping = new AbortController();
  const signal = AbortSignal.any([stopping.signal, run.signal]);
  const clients = cluster.nodes.map((node) =>
    cluster.openClient(node.name, { timeoutMs: plan.serviceProbe.timeoutMs }),
  );
  const lookAtCluster = clusterProbe(options);
  const grids = [
    ...cluster.nodes.map(async (node, index) =>
      runGrid({
        clock,
        signal,
        periodMs: plan.serviceProbe.periodMs,
        onTick: serviceProbe(options, node, clients[index]),
      }),
    ),
    runGrid({ clock, signal, periodMs: plan.clusterProbe.periodMs, onTick: lookAtCluster }),
    watchLoopLag({ clock, recorder, signal }),
  ];
  const ended = Promise.all(grids);
  // Nobody awaits it before the disposal; until then its failure must not end the process.
  ended.catch(() => undefined);
  return {
    [Symbol.asyncDispose]: async () => {
      stopping.abort();
      try {
        await Promise.allSettled(grids);
        await ended;
      } finally {
        await Promise.all(clients.map(async (client) => client[Symbol.asyncDispose]()));
      }
    },
  };
}

/** One write through one member: `ok` only if it was acknowledged. */
function serviceProbe(options: ProbeOptions, node: ClusterNode, client: StoreClient | undefined): () => Promise<void> {
  const { recorder, run } = options;
  const key = `${PROBE_PREFIX}${node.name}`;
  return async () => {
    if (client === undefined) return;
    const sentAtMs = run.clock.nowMs();
    const attempt = await client.put(key, String(sentAtMs));
    recorder.record({
      kind: "service-probe",
      atMs: run.clock.nowMs(),
      node: node.name,
      sentAtMs,
      ok: attempt.outcome === "acknowledged",
      reason: attempt.reason,
    });
  };
}

/** One view of each node, asked at the same time, with hashes at a revision that each of them had reached when it was last seen. */
function clusterProbe(options: ProbeOptions): () => Promise<void> {
  const { cluster, plan, recorder, run } = options;
  const { timeoutMs } = plan.clusterProbe;
  let hashAtRevision: string | undefined;
  return async () => {
    const sentAtMs = run.clock.nowMs();
    const viewOptions = hashAtRevision === undefined ? { timeoutMs } : { timeoutMs, hashAtRevision };
    const views = await Promise.all(cluster.nodes.map(async (node) => cluster.view(node.name, viewOptions)));
    hashAtRevision = commonRevision(views);
    recorder.record({ kind: "cluster-probe", atMs: run.clock.nowMs(), sentAtMs, views });
  };
}

/** The smallest revision that was seen, which every member has data up to; undefined when no member told one. */
function commonRevision(views: readonly MemberView[]): string | undefined {
  const revisions = views.flatMap((view) => (view.revision === null ? [] : [BigInt(view.revision)]));
  const [first, ...rest] = revisions;
  if (first === undefined) return undefined;
  return String(rest.reduce((smallest, revision) => (revision < smallest ? revision : smallest), first));
}
