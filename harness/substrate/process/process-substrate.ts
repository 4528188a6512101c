/**
 * The substrate of plain processes: nodes are folders of this computer with an address of their own, in a network of their
 * own or on loopback.
 * It runs inside the drill's worker process; whether that lives in namespaces of its own was decided by who started the
 * worker (isolation.ts). Without a worker, e.g. in a test, it works on plain loopback.
 */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { DrillError, formatMs, type RunContext } from "../../core/index.ts";
import type { Recorder } from "../../ledger/index.ts";
import type { ShellConnection } from "../shell-session.ts";
import type { Node, Substrate } from "../substrate.ts";
import type { MachinesCopy } from "../machines-copy.ts";
import { SET_ASIDE_FOLDER } from "./copy-machines.ts";
import { addressesIn, copyMachinesOf, seenInOf, type LiveMachine } from "./fork-machines.ts";
import { bearsNonce } from "./home-folder.ts";
import { absentCapabilitiesOf, isolationHere } from "./isolation.ts";
import { killLabelled } from "./labelled-processes.ts";
import { createMachine, findBash, type MachinePlace } from "./machine.ts";
import { serveNodectl } from "./nodectl.ts";
import { mountDisk } from "./own-disk.ts";
import { openPlaces } from "./places.ts";
import { replaceableMachine } from "./replaceable-machine.ts";
import { readLogFrom } from "./process-log.ts";
import { noteAddresses } from "./registry.ts";
import { workDirOf } from "./state-folder.ts";
import { superviseNode, type Supervisor } from "./supervisor.ts";
import { claimWorkFolder } from "./work-folder.ts";

/** How long disposal looks for processes that left their group, and keeps killing them. */
const KILL_WITHIN_MS = 3_000;

export interface ProcessSubstrateOptions {
  readonly run: RunContext;
  readonly recorder: Recorder;
  /** The machines that `bringMachinesBack` has brought into the work folder; left out or null: none. */
  readonly copy?: MachinesCopy | null;
}

/** What `openProcessSubstrate` (open.ts) says. */
export async function processSubstrate(options: ProcessSubstrateOptions): Promise<Substrate> {
  const { run, recorder, copy = null } = options;
  const lateFor =
    (node: string) =>
    (waitedMs: number): void =>
      recorder.record({
        kind: "trouble",
        atMs: run.clock.nowMs(),
        outcome: "broken",
        phase: "nodectl",
        message: `a command on ${node} waited ${formatMs(waitedMs)} for the harness: this machine is too busy for a drill; end what else runs on it`,
      });
  const isolation = isolationHere();
  const bash = await findBash();
  const nonce = await claimWorkFolder(run);
  const seenIn = await seenInOf(run.workDir, copy, isolation.kind);
  const places = await openPlaces(isolation, addressesIn(copy));
  const shells = new Set<ShellConnection>();
  const supervisors = new Map<string, Supervisor>();
  const opened = new DisposableStack();
  let disposal: Promise<void> | undefined;
  /** One at a time: each note rewrites the run's entry. */
  let lastNote = Promise.resolve();
  const noting = (note: () => Promise<void>): Promise<void> => (lastNote = lastNote.then(note));
  const made: LiveMachine[] = [];
  const disks = new AsyncDisposableStack();
  const place: MachinePlace = {
    run,
    seenIn,
    copied: new Map(copy?.machines.map(({ name, environment }) => [name, environment])),
    nonce,
    bash,
    enter: [],
    onShell: (shell) => {
      if (disposal !== undefined) shell.kill();
      shells.add(shell);
      void shell.ended.then(() => shells.delete(shell));
    },
  };

  const createNode: Substrate["createNode"] = async (nodeOptions) => {
    refuseWhenDisposed();
    const { name } = nodeOptions;
    const { address, enter, network, ports } = await places.placeOf(nodeOptions);
    if (isolation.kind === "loopback" && run.workDir === workDirOf(run.runId)) {
      await noting(() =>
        noteAddresses(
          run.runId,
          Object.values(ports).map((port) => `${address}:${port}`),
        ),
      );
    }
    const own = new Set<ShellConnection>();
    const onShell = (shell: ShellConnection): void => {
      place.onShell(shell);
      own.add(shell);
      void shell.ended.then(() => own.delete(shell));
    };
    const machine = await createMachine(nodeOptions, { ...place, enter, onShell });
    made.push({ machine, address: { address, ports }, network });
    if (nodeOptions.disk !== undefined) disks.use(await mountDisk(machine.homeDir, nodeOptions.disk));
    const supervisor = superviseNode({
      node: name,
      enter,
      homeDir: machine.homeDir,
      environment: machine.baseEnvironment,
      run,
      recorder: nodeOptions.recorder ?? recorder,
    });
    supervisors.set(name, supervisor);
    const controlDir = join(run.workDir, "control", name);
    opened.use(
      await serveNodectl({ node: name, controlDir, binDir: machine.binDir, bash, supervisor, onLate: lateFor(name) }),
    );
    const { home } = machine;
    const node: Node = {
      name,
      homeDir: machine.homeDir,
      environment: machine.environment,
      openSession: machine.openSession,
      address,
      network,
      port: (portName) => {
        const port = ports[portName];
        if (port === undefined)
          throw new DrillError("harness", "provision", `node ${name} has no port named "${portName}"`);
        return port;
      },
      readFile: home.readFile,
      writeFile: home.writeFile,
      exists: home.exists,
      remove: home.remove,
      setAside: async (path, as) => home.moveOut(path, join(seenIn, SET_ASIDE_FOLDER, name, as)),
      bringBack: async (as, path) => home.moveIn(join(seenIn, SET_ASIDE_FOLDER, name, as), path),
      ...replaceableMachine({
        home,
        programsAside: join(controlDir, "programs"),
        killEverything: async (actor) => {
          for (const shell of own) shell.kill();
          await supervisor.killAll(actor);
        },
      }),
      start: supervisor.start,
      signal: async (process, signal, actor) => {
        supervisor.signal(process, signal, actor);
      },
      readLog: async (process, fromByte) => readLogFrom(supervisor.logFileOf(process), fromByte),
      isRunning: (process) => supervisor.pidOf(process) !== null,
      exited: supervisor.exited,
    };
    return node;
  };

  const dispose = async (): Promise<void> => {
    opened.dispose();
    for (const shell of shells) shell.kill();
    const stopped = await Promise.allSettled([...supervisors.values()].map((supervisor) => supervisor.close()));
    const left = await killLabelled(run.runId, KILL_WITHIN_MS);
    stopped.push(...(await Promise.allSettled([places[Symbol.asyncDispose](), disks.disposeAsync()])));
    if (await bearsNonce(run.workDir, nonce)) {
      await rm(run.workDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 });
    }
    if (left.length > 0) {
      const list = left.map(({ pid, command }) => `${pid} (${command})`).join(", ");
      throw new DrillError("environment", "teardown", `processes of the run could not be killed: ${list}`);
    }
    for (const result of stopped) if (result.status === "rejected") throw result.reason;
  };

  return {
    kind: "process",
    isolation: isolation.kind,
    absentCapabilities: absentCapabilitiesOf(isolation),
    createNode,
    createWorkstation: async (machineOptions) => {
      refuseWhenDisposed();
      const machine = await createMachine(machineOptions, place);
      made.push({ machine, address: null, network: null });
      const { name, homeDir, environment, openSession } = machine;
      return { name, homeDir, environment, openSession };
    },
    copyMachines: async (folder, atInstant) => {
      refuseWhenDisposed();
      return copyMachinesOf({ run, workDir: seenIn, machines: made, supervisors }, folder, atInstant);
    },
    [Symbol.asyncDispose]: () => (disposal ??= dispose()),
  };

  function refuseWhenDisposed(): void {
    if (disposal !== undefined) throw new DrillError("harness", "provision", "the substrate has been disposed already");
  }
}
