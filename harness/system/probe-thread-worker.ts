/** The thread of the service probes: its own loop, connections and watch. It says what it sees, and ends when it is told to. */
import { parentPort, workerData } from "node:worker_threads";
import { systemClock } from "../core/index.ts";
import type { ProbeAccess, StoreClient } from "./cluster.ts";
import { openDqliteProbeClient } from "./dqlite/probe-client.ts";
import { openEtcdProbeClient } from "./etcd/probe-client.ts";
import { watchLoopLag } from "./loop-lag.ts";
import type { FromProbeThread, ProbeThreadTask } from "./probe-thread.ts";
import { runServiceProbes } from "./service-probes.ts";

const { baseInstantNs, grid, members } = workerData as ProbeThreadTask;
const clock = systemClock(baseInstantNs);
const stopping = new AbortController();
const { signal } = stopping;
parentPort?.once("message", () => stopping.abort());

const record = (entry: FromProbeThread): void => parentPort?.postMessage(entry);
const watch = watchLoopLag({ loop: "probes", clock, record, signal });
await runServiceProbes({
  members: await Promise.all(
    members.map(async ({ access, node }) => ({ node, client: await openClient(access, grid.timeoutMs) })),
  ),
  grid,
  clock,
  record,
  stoodStillMs: watch.stoodStillMs,
  signal,
});
await watch.ended;
parentPort?.close();

/** A client of one member, by what the cluster says of how to reach it. */
async function openClient(access: ProbeAccess, timeoutMs: number): Promise<StoreClient> {
  switch (access.kind) {
    case "etcd":
      return openEtcdProbeClient(access, timeoutMs);
    case "dqlite":
      return openDqliteProbeClient(access, timeoutMs);
    case "kubernetes": {
      // Its client is a thousand files, which no other thread of probes should read.
      const { openKubernetesProbeClient } = await import("./kubernetes/probe-client.ts");
      return openKubernetesProbeClient(access, timeoutMs);
    }
  }
}
