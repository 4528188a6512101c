/**
 * The last phase: the data of lost members comes back, as when somebody finds the old disk or dark machines wake up. It
 * must not become a working member again, nor a cluster of its own. Comes after everything else, since it disturbs what it watches.
 */
import type { OldData } from "../fault/index.ts";
import type { OldDataAttempt } from "../ledger/index.ts";
import type { ClusterNode } from "../system/index.ts";
import { comeBack, noteOldData, putBack, type StartedOldData, type StartedTrial } from "./old-data-start.ts";
import { viewsOf } from "./views.ts";
import { enterPhase, type Stage } from "./stage.ts";

/** An etcd member that is refused says so and ends within two seconds; one that is let in takes part after an election. */
const WATCH_FOR_MS = 8000;
const LOOK_EVERY_MS = 500;
const OPERATION_TIMEOUT_MS = 1000;
const MOST_REFUSALS = 3;
const MOST_CHARACTERS = 1000;

/** What is to be tried; or why nothing is. */
export type OldDataTrial = OldData | { readonly kind: "none"; readonly because: string };

/**
 * Starts the old data, records for a bounded time what all members say and what clients of the old ones get, and kills it. A
 * recovered member that was stopped for it is not started again: the drill is over.
 */
export async function tryOldData(stage: Stage, old: OldDataTrial): Promise<void> {
  enterPhase(stage, "old-data");
  stage.run.signal.throwIfAborted();
  if (old.kind === "none") return noteOldData(stage, { event: "none", node: null, process: null, detail: old.because });
  const trial = old.kind === "set-aside" ? await putBack(stage, old) : await comeBack(stage, old);
  await watch(stage, trial);
  for (const one of trial.started) await end(stage, one);
}

async function end(stage: Stage, started: StartedOldData): Promise<void> {
  const { machine, name } = started.node;
  const { process } = started;
  const stillRuns = machine.isRunning(process);
  const detail = stillRuns ? "it still runs" : "it has ended by itself";
  const refusals = await refusalsIn(stage, started);
  noteOldData(stage, { event: "ended", node: name, process, detail, stillRuns, refusals });
  await machine.signal(process, "SIGKILL", "harness");
}

/** Looks until the time is over, or once more after the last process has ended or has shown that it serves. */
async function watch(stage: Stage, { fenced, started }: StartedTrial): Promise<void> {
  const { ledger, run } = stage;
  const nodes = [...started.map(({ node }) => node), ...fenced];
  const untilMs = run.clock.nowMs() + WATCH_FOR_MS;
  for (let open = nodes.length > 0; open && run.clock.nowMs() < untilMs;) {
    await run.clock.sleep(LOOK_EVERY_MS, run.signal);
    const running = started.filter(({ node, process }) => node.machine.isRunning(process));
    const sentAtMs = run.clock.nowMs();
    const [views, through] = await Promise.all([
      viewsOf(stage),
      Promise.all(nodes.map(async (node) => useThrough(stage, node))),
    ]);
    ledger.record({ kind: "old-data-look", atMs: run.clock.nowMs(), sentAtMs, views, through });
    const serving = new Set(through.filter(({ write }) => write === "acknowledged").map(({ node }) => node));
    open = running.some(({ node }) => !serving.has(node.name));
  }
}

/** A write and a read of a client that knows this member alone. */
async function useThrough({ cluster, run }: Stage, { name }: ClusterNode): Promise<OldDataAttempt> {
  const open = cluster.openMemberClient ?? cluster.openClient;
  await using client = open(name, { timeoutMs: OPERATION_TIMEOUT_MS });
  const key = `drillbook/old-data/${name}`;
  const [write, read] = await Promise.all([client.put(key, run.runId), client.getLocal(key)]);
  return {
    node: name,
    write: write.outcome,
    writeReason: write.reason,
    read: read.outcome,
    readReason: read.reason,
  };
}

/** What its log says since the start of being refused; empty when the log cannot be read, which proves nothing. */
async function refusalsIn(
  { drill }: Stage,
  { node, process, logFromByte }: StartedOldData,
): Promise<readonly string[]> {
  const refusals: string[] = [];
  let begun = "";
  for (let fromByte = logFromByte; refusals.length < MOST_REFUSALS;) {
    const part = await node.machine.readLog(process, fromByte).catch(() => new Uint8Array());
    if (part.length === 0) break;
    fromByte += part.length;
    const lines = (begun + Buffer.from(part).toString("utf8")).split("\n");
    begun = lines.pop() ?? "";
    refusals.push(...lines.filter((line) => drill.system.oldDataRefusals.some((words) => line.includes(words))));
  }
  return refusals.slice(0, MOST_REFUSALS).map((line) => line.slice(0, MOST_CHARACTERS));
}
