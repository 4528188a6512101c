/** A running dqlite cluster, as the rest of the harness uses it. The substrate owns its processes; here are only clients. */
import { join } from "node:path";
import { DrillError, type RunContext } from "../../core/index.ts";
import type { Machine } from "../../substrate/index.ts";
import type { Cluster, ClusterNode } from "../cluster.ts";
import { restartMember } from "../restart-member.ts";
import { roleEnvironment } from "../role-environment.ts";
import { placeOf } from "./addresses.ts";
import { dqliteClient } from "./client.ts";
import { isFatalLogLine } from "./fatal-log-line.ts";
import { readHeld, readLocal, type DumpPlace } from "./held.ts";
import { LAYOUT } from "./layout.ts";
import { openStoredThread } from "./stored-thread.ts";
import { writersTurns } from "./turns.ts";
import { viewMember } from "./view.ts";

export interface DqliteClusterOptions {
  /** What people call it. */
  readonly name: string;
  readonly nodes: readonly ClusterNode[];
  readonly workstation: Machine;
  readonly run: RunContext;
}

/**
 * A member that is told to stop hands over what it does for the others, for which it looks for a leader for a minute at most
 * (go-dqlite app/app.go, Handover).
 */
const ORDERLY_STOP_WITHIN_MS = 75_000;

/** The cluster of these nodes. Opens no connection yet; disposing it ends its thread. */
export function dqliteCluster({ name, nodes, run, workstation }: DqliteClusterOptions): Cluster {
  const turns = writersTurns();
  const folders = openStoredThread();
  const nodeOf = (wanted: string): ClusterNode => {
    const node = nodes.find((one) => one.name === wanted);
    if (node === undefined) throw new DrillError("harness", "cluster", `there is no node ${wanted} in this cluster`);
    return node;
  };
  const dumpPlace = (node: string): DumpPlace => ({
    ...placeOf(nodeOf(node).peerUrl),
    folder: join(run.workDir, "dumps"),
  });
  return {
    name,
    bystander: null,
    nodes,
    workstation,
    openClient: (node, { timeoutMs }) =>
      dqliteClient({
        clientUrl: nodeOf(node).clientUrl,
        timeoutMs,
        turns,
        local: async (key, withinMs) => readLocal(dumpPlace(node), key, withinMs),
      }),
    openMemberClient: null,
    probeAccess: (node) => ({ kind: "dqlite", clientUrl: nodeOf(node).clientUrl, turns: turns.shared }),
    watches: null,
    openLeaseClient: null,
    openLeaseObjectClient: null,
    view: async (viewed, { timeoutMs, withStored = false }) => {
      const node = nodeOf(viewed);
      const folder = join(node.machine.homeDir, LAYOUT.dataDir);
      const [view, stored] = await Promise.all([
        viewMember(node, timeoutMs),
        withStored ? folders.storedIn(folder) : Promise.resolve(null),
      ]);
      return { ...view, stored };
    },
    held: (node, options) => readHeld(dumpPlace(node), options, run),
    restart: async (node) => restartMember(nodeOf(node), run, ORDERLY_STOP_WITHIN_MS),
    isFatalLogLine,
    roleEnvironment: (bindings) => roleEnvironment(bindings, nodes),
    [Symbol.asyncDispose]: async () => folders[Symbol.asyncDispose](),
  };
}
