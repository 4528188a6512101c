/**
 * The last phase: the data of a lost member comes back, as when somebody finds the old disk or the old machine wakes up. It
 * must not become a working member again. Comes after everything else, since it disturbs what it watches.
 */
import { messageOf } from "../core/index.ts";
import type { OldData } from "../fault/index.ts";
import type { OldDataEntry } from "../ledger/index.ts";
import type { ClusterNode } from "../system/index.ts";
import { viewsOf } from "./views.ts";
import { enterPhase, type Stage } from "./stage.ts";

/** An etcd member that is refused says so and ends within two seconds; one that is let in takes part after an election. */
const WATCH_FOR_MS = 8000;
const LOOK_EVERY_MS = 500;
/** The recovered member hands its part over and closes its files; see etcd-cluster.ts. */
const STOP_WITHIN_MS = 10_000;
const WRITE_TIMEOUT_MS = 1000;
const MOST_REFUSALS = 3;
const MOST_CHARACTERS = 1000;

/** What is to be tried; or why nothing is. */
export type OldDataTrial = OldData | { readonly kind: "none"; readonly because: string };

/**
 * Stops the recovered member of the node, puts the old data in its place with its old start command, and records for a
 * bounded time what all members say. The recovered member is not started again: the drill is over.
 */
export async function tryOldData(stage: Stage, old: OldDataTrial): Promise<void> {
  enterPhase(stage, "old-data");
  stage.run.signal.throwIfAborted();
  if (old.kind === "none") return note(stage, { event: "none", node: null, process: null, detail: old.because });
  const node = stage.cluster.nodes.find((one) => one.name === old.node);
  if (node === undefined) throw new RangeError(`there is no node ${old.node}`);
  const process = `old-${node.process}`;
  const of = { node: node.name, process };
  note(stage, { event: "starting", ...of, detail: "its recovered member is stopped first" });
  try {
    await replaceData(stage, node, old);
    await node.machine.writeFile(`manifests/${process}.yaml`, old.manifest);
    await node.machine.start(process, "harness");
  } catch (error) {
    stage.run.signal.throwIfAborted();
    return note(stage, { event: "failed", ...of, detail: messageOf(error) });
  }
  await watch(stage, node, process);
  const stillRuns = node.machine.isRunning(process);
  const detail = stillRuns ? "it still runs" : "it has ended by itself";
  note(stage, { event: "ended", ...of, detail, stillRuns, refusals: await refusalsIn(stage, node, process) });
  await node.machine.signal(process, "SIGKILL", "harness");
}

function note(
  { ledger, run }: Stage,
  what: Pick<OldDataEntry, "event" | "node" | "process" | "detail"> & Partial<OldDataEntry>,
): void {
  const { event, node, process, detail, stillRuns = null, refusals = [] } = what;
  ledger.record({ kind: "old-data", atMs: run.clock.nowMs(), event, node, process, detail, stillRuns, refusals });
}

async function replaceData({ run }: Stage, { dataDir, machine, process }: ClusterNode, old: OldData): Promise<void> {
  await machine.signal(process, "SIGTERM", "harness");
  const gaveUp = run.clock.sleep(STOP_WITHIN_MS, run.signal).then(() => true);
  // Its rejection is of interest only while somebody waits for it.
  gaveUp.catch(() => undefined);
  if (await Promise.race([machine.exited(process).then(() => false), gaveUp]))
    throw new Error(`${process} was told to stop and still runs`);
  // A machine that the page has not taken into use again has no other data.
  if (await machine.exists(dataDir)) await machine.setAside(dataDir, "recovered-data");
  await machine.bringBack(old.setAsideAs, dataDir);
}

/** Looks until the time is over, or once more after the process has ended. */
async function watch(stage: Stage, node: ClusterNode, process: string): Promise<void> {
  const { cluster, ledger, run } = stage;
  await using client = cluster.openClient(node.name, { timeoutMs: WRITE_TIMEOUT_MS });
  const untilMs = run.clock.nowMs() + WATCH_FOR_MS;
  for (let runs = true; runs && run.clock.nowMs() < untilMs;) {
    await run.clock.sleep(LOOK_EVERY_MS, run.signal);
    runs = node.machine.isRunning(process);
    const sentAtMs = run.clock.nowMs();
    const [views, attempt] = await Promise.all([
      viewsOf(stage),
      client.put(`drillbook/old-data/${node.name}`, run.runId),
    ]);
    ledger.record({
      kind: "old-data-look",
      atMs: run.clock.nowMs(),
      sentAtMs,
      views,
      write: attempt.outcome,
      writeReason: attempt.reason,
    });
  }
}

/** What its log says of being refused; empty when the log cannot be read, which proves nothing. */
async function refusalsIn({ drill }: Stage, { machine }: ClusterNode, process: string): Promise<readonly string[]> {
  const log = await machine.readLog(process, 0).catch(() => new Uint8Array());
  return Buffer.from(log)
    .toString("utf8")
    .split("\n")
    .filter((line) => drill.system.oldDataRefusals.some((words) => line.includes(words)))
    .slice(0, MOST_REFUSALS)
    .map((line) => line.slice(0, MOST_CHARACTERS));
}
