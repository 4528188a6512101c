/** Copies the machines of a substrate while they stand still, and sees to it that a copy is seen where its origin was. */
import { execFile } from "node:child_process";
import { access, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { DrillError, messageOf, type RunContext } from "../../core/index.ts";
import type { MachinesCopy, NodeAddress } from "../machines-copy.ts";
import type { NodeNetwork } from "../substrate.ts";
import { copyFolder, NODES_FOLDER, SET_ASIDE_FOLDER } from "./copy-machines.ts";
import { whileFrozen, type Freezable } from "./frozen.ts";
import { showProcess, strayProcesses } from "./labelled-processes.ts";
import type { ProcessMachine } from "./machine.ts";
import type { Place } from "./places.ts";
import type { Supervisor } from "./supervisor.ts";

/** One machine. Its address and network are null for the workstation. */
export interface LiveMachine {
  readonly machine: ProcessMachine;
  readonly address: NodeAddress | null;
  readonly network: NodeNetwork | null;
  /** See Place. */
  readonly changedElsewhere: Place["changedElsewhere"];
}

/** What is copied. */
export interface LiveMachines {
  readonly run: RunContext;
  /** The folder that they are seen in. */
  readonly workDir: string;
  readonly machines: readonly LiveMachine[];
  readonly supervisors: ReadonlyMap<string, Supervisor>;
}

/** What `Substrate.copyMachines` says. */
export async function copyMachinesOf(
  { run, workDir, machines, supervisors }: LiveMachines,
  folder: string,
  atInstant: () => void,
): Promise<MachinesCopy> {
  const live = [...supervisors].flatMap(([node, supervisor]) =>
    supervisor.running().map((one) => ({ node, supervisor, ...one })),
  );
  const stray = strayProcesses(
    run.runId,
    live.flatMap(({ heldBy, pid }) => [pid, ...heldBy]),
  );
  if (stray.length > 0)
    throw cannotCopy(
      `processes run that nobody supervises, and that a fork could not start again (${stray.map(showProcess).join(", ")})`,
    );
  const deleted = await Promise.all(
    machines.map(async ({ machine }) => ((await isThere(machine.binDir)) ? [] : [machine.name])),
  );
  if (deleted.flat().length > 0) throw cannotCopy(`there is no machine any more at ${deleted.flat().join(", ")}`);
  const cut = machines.filter(({ network }) => network?.isCut === true).map(({ machine }) => machine.name);
  if (cut.length > 0) throw cannotCopy(`the network is cut at ${cut.join(", ")}`);
  for (const { changedElsewhere, machine } of machines) {
    const changed = await changedElsewhere();
    if (changed.length > 0)
      throw cannotCopy(`${machine.name} has changed outside of its home folder (${changed.join(", ")})`);
  }
  await mkdir(join(folder, NODES_FOLDER), { recursive: true });
  const copy = async (name: string): Promise<void> =>
    copyFolder(join(workDir, NODES_FOLDER, name), join(folder, NODES_FOLDER, name));
  const busy = new Set(live.map(({ node }) => node));
  const freezable = live.map(({ node, process, pid, paused, supervisor }): Freezable => ({
    name: `${node}/${process}`,
    pid,
    paused,
    signal: (signal) => void supervisor.signal(process, signal, "fork"),
  }));
  const { stoodStillMs } = await whileFrozen(freezable, async () => {
    atInstant();
    for (const node of busy) await copy(node);
  });
  // Nobody writes here but a page, and none is being followed.
  for (const { machine } of machines) if (!busy.has(machine.name)) await copy(machine.name);
  await copyFolder(join(workDir, SET_ASIDE_FOLDER), join(folder, SET_ASIDE_FOLDER));
  return {
    folder,
    workDir,
    machines: machines.map(({ machine: { name, environment }, address }) => ({
      name,
      address,
      environment: { ...environment },
    })),
    running: live.map(({ node, process }) => ({ node, process })),
    stoodStillMs,
  };
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function cannotCopy(why: string): DrillError {
  return new DrillError("environment", "fork", `the machines cannot be copied as they are: ${why}`);
}

/** The nodes of a copy and where they listened. */
export function addressesIn(copy: MachinesCopy | null): ReadonlyMap<string, NodeAddress> {
  const nodes = (copy?.machines ?? []).flatMap(({ name, address }) =>
    address === null ? [] : [[name, address] as const],
  );
  return new Map(nodes);
}

/**
 * The folder that the machines of a run are seen in. Those of a copy must be seen where they were copied from, since their
 * manifests and certificates name paths there: the work folder is mounted on it, for this worker alone.
 * @throws DrillError `environment` where that cannot be done.
 */
export async function seenInOf(workDir: string, copy: MachinesCopy | null, ownMounts: boolean): Promise<string> {
  if (copy === null || copy.workDir === workDir) return workDir;
  const cannot = (why: string, cause?: unknown): DrillError =>
    new DrillError("environment", "fork", `a copy of machines cannot be seen where its origin was: ${why}`, { cause });
  if (!ownMounts) throw cannot("that takes a mount namespace, and this machine allows none");
  try {
    await mkdir(copy.workDir, { recursive: true, mode: 0o700 });
    await promisify(execFile)("mount", ["--bind", workDir, copy.workDir]);
  } catch (error) {
    throw cannot(messageOf(error), error);
  }
  return copy.workDir;
}
