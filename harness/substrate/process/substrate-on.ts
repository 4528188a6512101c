/**
 * A substrate whose machines have their home folders among this computer's files, and their processes among this computer's
 * processes: what every such substrate does alike. Not its business: where a machine runs and what its address is (its place).
 */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { DrillError, formatMs, type RunContext } from "../../core/index.ts";
import type { Recorder } from "../../ledger/index.ts";
import type { Launch } from "../launch.ts";
import type { MachinesCopy } from "../machines-copy.ts";
import type { ShellConnection } from "../shell-session.ts";
import type { Capability, Node, Substrate } from "../substrate.ts";
import { SET_ASIDE_FOLDER } from "./copy-machines.ts";
import { copyMachinesOf, type LiveMachine } from "./fork-machines.ts";
import { bearsNonce } from "./home-folder.ts";
import { killLabelled } from "./labelled-processes.ts";
import { createMachine, type MachinePlace } from "./machine.ts";
import { serveNodectl } from "./nodectl.ts";
import { mountDisk } from "./own-disk.ts";
import type { Places } from "./places.ts";
import { replaceableMachine } from "./replaceable-machine.ts";
import { readLogFrom } from "./process-log.ts";
import { noteAddresses } from "./registry.ts";
import { workDirOf } from "./state-folder.ts";
import { standsStill } from "./standing-still.ts";
import { superviseNode, type Supervisor } from "./supervisor.ts";

/** How long disposal looks for processes that left their group, and keeps killing them. */
const KILL_WITHIN_MS = 3_000;

/** What tells one such substrate from another. */
export interface Ground extends Pick<Substrate, "kind" | "isolation" | "absentCapabilities"> {
  readonly run: RunContext;
  readonly recorder: Recorder;
  /** Disposed with the substrate, after all processes have ended. */
  readonly places: Places;
  /** Where the workstation's shells run. */
  readonly launchHere: Launch;
  /** The folder that the machines are seen in: the run's work folder; in a fork, where that of its origin was. */
  readonly seenIn: string;
  /** The machines that `bringMachinesBack` has brought into the work folder; null: none. */
  readonly copy: MachinesCopy | null;
  readonly nonce: string;
  /** The bash that is on every machine. */
  readonly bash: string;
}

/** The substrate on this ground. */
export function substrateOn(ground: Ground): Substrate {
  const { bash, copy, nonce, places, recorder, run, seenIn } = ground;
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
    launch: ground.launchHere,
    onShell: (shell) => {
      if (disposal !== undefined) shell.kill();
      shells.add(shell);
      void shell.ended.then(() => shells.delete(shell));
    },
  };

  const createNode: Substrate["createNode"] = async (nodeOptions) => {
    refuseWhenDisposed();
    const { name } = nodeOptions;
    if (nodeOptions.disk !== undefined) refuseWithout("own-disks");
    if (nodeOptions.ownEngine === true) refuseWithout("own-engines");
    const placeOfNode = await places.placeOf(nodeOptions);
    const { address, launch, network, ports } = placeOfNode;
    if (ground.isolation === "loopback" && run.workDir === workDirOf(run.runId)) {
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
    const machine = await createMachine(nodeOptions, { ...place, launch, onShell });
    made.push({ machine, address: { address, ports }, network, changedElsewhere: placeOfNode.changedElsewhere });
    const disk = nodeOptions.disk === undefined ? null : disks.use(await mountDisk(machine.homeDir, nodeOptions.disk));
    const supervisor = superviseNode({
      node: name,
      launch,
      homeDir: machine.homeDir,
      environment: machine.baseEnvironment,
      run,
      recorder: nodeOptions.recorder ?? recorder,
    });
    supervisors.set(name, supervisor);
    const { controlDir } = machine;
    opened.use(
      await serveNodectl({ node: name, controlDir, binDir: machine.binDir, bash, supervisor, onLate: lateFor(name) }),
    );
    const { home } = machine;
    const atRoot = nodeOptions.atRoot ?? null;
    const placed = {
      name,
      homeDir: home.dir,
      controlDir,
      logDir: supervisor.logDir,
      programs: nodeOptions.programs,
      disk: disk?.folder ?? null,
      atRoot,
      ownEngine: nodeOptions.ownEngine === true,
    };
    const put = async (): Promise<void> => {
      if (atRoot !== null) await home.makeFolder(atRoot);
      await placeOfNode.put(placed);
    };
    await put();
    const node: Node = {
      name,
      homeDir: machine.homeDir,
      environment: machine.environment,
      openSession: machine.openSession,
      rootDir: isAbsent("own-paths") ? machine.homeDir : "/",
      address,
      network,
      engine: placeOfNode.engine,
      ownDisk: placeOfNode.ownDisk,
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
        put,
        takeAway: placeOfNode.takeAway,
        killEverything: async (actor) => {
          const ends = [...own].map(async ({ ended }) => ended);
          for (const shell of own) shell.kill();
          await supervisor.killAll(actor);
          await Promise.all(ends);
        },
      }),
      start: supervisor.start,
      signal: async (process, signal, actor) => {
        supervisor.signal(process, signal, actor);
        const pid = supervisor.pidOf(process);
        if (signal === "SIGSTOP" && pid !== null) await standsStill(pid);
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
    kind: ground.kind,
    isolation: ground.isolation,
    absentCapabilities: ground.absentCapabilities,
    createNode,
    createWorkstation: async (machineOptions) => {
      refuseWhenDisposed();
      const machine = await createMachine(machineOptions, place);
      made.push({ machine, address: null, network: null, changedElsewhere: async () => Promise.resolve([]) });
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

  function isAbsent(wanted: Capability): boolean {
    return ground.absentCapabilities.some(({ capability }) => capability === wanted);
  }

  function refuseWithout(needed: Capability): void {
    const absent = ground.absentCapabilities.find(({ capability }) => capability === needed);
    if (absent !== undefined)
      throw new DrillError("environment", "provision", `${needed} is absent here: ${absent.reason}`);
  }
}
