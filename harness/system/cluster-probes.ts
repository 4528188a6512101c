/** The slow grid: looks at the whole cluster, one view of each node asked at the same time. They record and decide nothing. */
import type { RunContext } from "../core/index.ts";
import {
  HARNESS_STOOD_STILL,
  type GridPlan,
  type MemberView,
  type Recorder,
  type StoreLacks,
} from "../ledger/index.ts";
import type { Cluster } from "./cluster.ts";
import { runGrid } from "./grid.ts";
import { stoodStillTooLong } from "./service-probes.ts";

export interface ClusterProbesOptions {
  readonly cluster: Cluster;
  readonly grid: GridPlan;
  /** What no member of this store tells. */
  readonly lacks: StoreLacks;
  readonly run: RunContext;
  readonly recorder: Recorder;
  /** How long the loop that these probes run in has stood still so far. */
  readonly stoodStillMs: () => number;
  readonly signal: AbortSignal;
}

/**
 * Looks on the grid until aborted, and waits for the looks under way (at most their time-out). Hashes are asked at a
 * revision that each member had reached when it was last seen.
 * @throws what the recorder threw first.
 */
export async function runClusterProbes(options: ClusterProbesOptions): Promise<void> {
  const { cluster, grid, lacks, recorder, run, signal, stoodStillMs } = options;
  const { timeoutMs } = grid;
  let hashAtRevision: string | undefined;
  const onTick = async (): Promise<void> => {
    const stoodStillBeforeMs = stoodStillMs();
    const sentAtMs = run.clock.nowMs();
    const viewOptions = hashAtRevision === undefined ? { timeoutMs } : { timeoutMs, hashAtRevision };
    const seen = await Promise.all(cluster.nodes.map(async (node) => cluster.view(node.name, viewOptions)));
    hashAtRevision = commonRevision(seen);
    const views = stoodStillTooLong(stoodStillMs() - stoodStillBeforeMs, timeoutMs)
      ? seen.map((view) => unproven(view, lacks))
      : seen;
    recorder.record({ kind: "cluster-probe", atMs: run.clock.nowMs(), sentAtMs, views });
  };
  await runGrid({ clock: run.clock, signal, grid, what: "looks at the whole cluster", onTick });
}

/** A member that gave no answer, or not all of it, to a loop that stood still is not accused of it. */
function unproven(view: MemberView, lacks: StoreLacks): MemberView {
  return isWhole(view, lacks) ? view : { ...view, reason: HARNESS_STOOD_STILL };
}

/** Whether nothing is missing that a look is judged by. A leader that is not known may be one that was not told. */
function isWhole({ alarms, answered, clusterId, leaderId, memberId, members }: MemberView, lacks: StoreLacks): boolean {
  const told = [leaderId, memberId, members, lacks.alarms ?? alarms, lacks["cluster-id"] ?? clusterId];
  return answered && told.every((one) => one !== null);
}

/** The smallest revision that was seen, which every member has data up to; undefined when no member told one. */
function commonRevision(views: readonly MemberView[]): string | undefined {
  const revisions = views.flatMap((view) => (view.revision === null ? [] : [BigInt(view.revision)]));
  const [first, ...rest] = revisions;
  if (first === undefined) return undefined;
  return String(rest.reduce((smallest, revision) => (revision < smallest ? revision : smallest), first));
}
