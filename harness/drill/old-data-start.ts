/**
 * How old data is started: one member's data is put back in the place of the recovered member, or the machines that were dark start
 * what their manifests say, all at once. Not its business: what becomes of it (old-data.ts).
 */
import { messageOf } from "../core/index.ts";
import type { DataInPlace, SetAsideData } from "../fault/index.ts";
import type { OldDataEntry } from "../ledger/index.ts";
import type { ClusterNode } from "../system/index.ts";
import type { Stage } from "./stage.ts";

/** The recovered member hands its part over and closes its files; see etcd-cluster.ts. */
const STOP_WITHIN_MS = 10_000;

/** What was begun. */
export interface StartedTrial {
  readonly started: readonly StartedOldData[];
  /** Machines that came back and had nothing to start. */
  readonly fenced: readonly ClusterNode[];
}

/** A process with old data. */
export interface StartedOldData {
  readonly node: ClusterNode;
  readonly process: string;
  /** Where in the process's log this start begins, in bytes. */
  readonly logFromByte: number;
}

const NOTHING: StartedTrial = { started: [], fenced: [] };

/** Records an event of the trial. */
export function noteOldData(
  { ledger, run }: Stage,
  what: Pick<OldDataEntry, "event" | "node" | "process" | "detail"> & Partial<OldDataEntry>,
): void {
  const { event, node, process, detail, stillRuns = null, refusals = [] } = what;
  ledger.record({ kind: "old-data", atMs: run.clock.nowMs(), event, node, process, detail, stillRuns, refusals });
}

/** Stops the recovered member of the node, and starts the old data in its place, with its old start command. */
export async function putBack(stage: Stage, old: SetAsideData): Promise<StartedTrial> {
  const node = nodeOf(stage, old.node);
  const process = `old-${node.process}`;
  const of = { node: node.name, process };
  noteOldData(stage, { event: "starting", ...of, detail: "its recovered member is stopped first" });
  return attempt(stage, of, async () => {
    await replaceData(stage, node, old);
    await node.machine.writeFile(manifestOf(process), old.manifest);
    await node.machine.start(process, "harness");
    return { started: [{ node, process, logFromByte: 0 }], fenced: [] };
  });
}

/**
 * The machines come back: each starts what its manifest says, with the data that it has, all at the same time. One without a
 * manifest starts nothing; one on which the page runs something was dark no more.
 */
export async function comeBack(stage: Stage, { nodes }: DataInPlace): Promise<StartedTrial> {
  const each = await Promise.all(nodes.map(async (name) => comesBack(stage, nodeOf(stage, name))));
  return { started: each.flatMap(({ started }) => started), fenced: each.flatMap(({ fenced }) => fenced) };
}

async function comesBack(stage: Stage, node: ClusterNode): Promise<StartedTrial> {
  const { machine, name, process } = node;
  const of = { node: name, process };
  return attempt(stage, of, async () => {
    if (machine.isRunning(process)) {
      noteOldData(stage, { event: "in-use", ...of, detail: "a process of that name runs there already" });
      return NOTHING;
    }
    if (!(await machine.exists(manifestOf(process)))) {
      noteOldData(stage, { event: "nothing-to-start", ...of, detail: `${manifestOf(process)} is not there any more` });
      return { started: [], fenced: [node] };
    }
    const logFromByte = await lengthOfLog(node);
    noteOldData(stage, { event: "starting", ...of, detail: "as its manifest says, with the data that it has" });
    await machine.start(process, "harness");
    return { started: [{ node, process, logFromByte }], fenced: [] };
  });
}

/** What cannot be started is on record, and proves nothing. */
async function attempt(
  stage: Stage,
  of: Pick<OldDataEntry, "node" | "process">,
  start: () => Promise<StartedTrial>,
): Promise<StartedTrial> {
  try {
    return await start();
  } catch (error) {
    stage.run.signal.throwIfAborted();
    noteOldData(stage, { event: "failed", ...of, detail: messageOf(error) });
    return NOTHING;
  }
}

function nodeOf({ cluster }: Stage, name: string): ClusterNode {
  const node = cluster.nodes.find((one) => one.name === name);
  if (node === undefined) throw new RangeError(`there is no node ${name}`);
  return node;
}

function manifestOf(process: string): string {
  return `manifests/${process}.yaml`;
}

async function lengthOfLog({ machine, process }: ClusterNode): Promise<number> {
  for (let bytes = 0; ;) {
    const part = await machine.readLog(process, bytes);
    if (part.length === 0) return bytes;
    bytes += part.length;
  }
}

async function replaceData(
  { run }: Stage,
  { dataDir, machine, process }: ClusterNode,
  old: SetAsideData,
): Promise<void> {
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
