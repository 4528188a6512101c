/**
 * The probes of a drill: a fast grid of writes through each member, in a thread of its own where the cluster allows it, and
 * a slow grid of looks at the whole cluster. They record what they see and decide nothing.
 */
import type { RunContext } from "../core/index.ts";
import type { JudgementPlan, Recorder } from "../ledger/index.ts";
import type { Cluster, ProbeAccess } from "./cluster.ts";
import { runClusterProbes } from "./cluster-probes.ts";
import { watchLoopLag } from "./loop-lag.ts";
import { runProbeThread } from "./probe-thread.ts";
import { runServiceProbes } from "./service-probes.ts";

export interface ProbeOptions {
  readonly cluster: Cluster;
  readonly plan: Pick<JudgementPlan, "serviceProbe" | "clusterProbe" | "store">;
  readonly run: RunContext;
  readonly recorder: Recorder;
}

/** Running probes. Disposing ends them. */
export interface Probes extends AsyncDisposable {
  /** Records how late the drill's own loop was since that was last recorded. */
  noteLag(): void;
}

/**
 * Starts both grids and the watches on the event loops. Disposing ends them, waits for the probes under way (at most their
 * time-out) and closes their connections.
 * @returns a disposable that throws the ledger's error when the probes could not record.
 */
export function startProbes(options: ProbeOptions): Probes {
  const { cluster, plan, recorder, run } = options;
  const { clock } = run;
  const stopping = new AbortController();
  const signal = AbortSignal.any([stopping.signal, run.signal]);
  const record: Recorder["record"] = (entry) => recorder.record(entry);
  const watch = watchLoopLag({ loop: "drill", clock, record, signal });
  const { stoodStillMs } = watch;
  const access = threadAccess(cluster);
  const running = [
    watch.ended,
    runClusterProbes({
      cluster,
      grid: plan.clusterProbe,
      lacks: plan.store.lacks,
      run,
      recorder,
      stoodStillMs,
      signal,
    }),
    access === null || clock.baseInstantNs === null
      ? runServiceProbes({
          members: cluster.nodes.map(({ name }) => ({
            node: name,
            client: cluster.openClient(name, { timeoutMs: plan.serviceProbe.timeoutMs }),
          })),
          grid: plan.serviceProbe,
          clock,
          record,
          stoodStillMs,
          signal,
        })
      : runProbeThread({
          members: access,
          grid: plan.serviceProbe,
          baseInstantNs: clock.baseInstantNs,
          record,
          signal,
        }),
  ];
  const ended = Promise.all(running);
  // Nobody awaits it before the disposal; until then its failure must not end the process.
  ended.catch(() => undefined);
  return {
    noteLag: watch.note,
    [Symbol.asyncDispose]: async () => {
      stopping.abort();
      await Promise.allSettled(running);
      await ended;
    },
  };
}

/** What a thread needs to probe every member; null when one of them can only be probed from here. */
function threadAccess(cluster: Cluster): readonly { readonly node: string; readonly access: ProbeAccess }[] | null {
  const members = [];
  for (const { name } of cluster.nodes) {
    const access = cluster.probeAccess(name);
    if (access === null) return null;
    members.push({ node: name, access });
  }
  return members;
}
