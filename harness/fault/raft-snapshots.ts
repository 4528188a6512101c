/**
 * The snapshots that a member takes of its raft log: one file each, beside its database, named by term and index in hexadecimal
 * (server/etcdserver/api/snap/snapshotter.go). What it applied since the last one it applies again at its next start.
 */
import { readdir } from "node:fs/promises";
import { dirname } from "node:path";
import { DrillError } from "../core/index.ts";
import type { ClusterNode } from "../system/index.ts";
import type { ArmOptions } from "./fault.ts";
import { databaseOf } from "./member-files.ts";

/** Which snapshot was each member's last; null: it has taken none. */
export type LastSnapshots = ReadonlyMap<ClusterNode, string | null>;

/** By `--snapshot-count` some thousand entries lie between two; the workload and the probes make some hundred a second. */
const TAKEN_WITHIN_MS = 60_000;
const LOOK_EVERY_MS = 50;

/** The last snapshot of each member, by the name of its file. */
export async function lastSnapshots(nodes: readonly ClusterNode[]): Promise<LastSnapshots> {
  return new Map(await Promise.all(nodes.map(async (node) => [node, await lastSnapshot(node)] as const)));
}

/**
 * Waits until each of the members has taken one more.
 * @throws DrillError `harness` when one does not: its `--snapshot-count` is too high for this.
 */
export async function untilNextSnapshots(
  nodes: readonly ClusterNode[],
  { run }: Pick<ArmOptions, "run">,
): Promise<LastSnapshots> {
  const before = await lastSnapshots(nodes);
  const untilMs = run.clock.nowMs() + TAKEN_WITHIN_MS;
  for (;;) {
    const now = await lastSnapshots(nodes);
    if (nodes.every((node) => now.get(node) !== before.get(node))) return now;
    if (run.clock.nowMs() >= untilMs)
      throw new DrillError(
        "harness",
        "fault",
        "the members take no snapshots of their raft log: lower --snapshot-count",
      );
    await run.clock.sleep(LOOK_EVERY_MS, run.signal);
  }
}

async function lastSnapshot(node: ClusterNode): Promise<string | null> {
  const names = (await readdir(dirname(databaseOf(node)))).filter((name) => name.endsWith(".snap"));
  return names.toSorted().at(-1) ?? null;
}
