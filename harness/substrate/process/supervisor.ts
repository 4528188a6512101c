/**
 * Starts, signals and watches the processes of one node, and records each of these (law 1).
 * It never restarts anything (law 2). A process is treated as a container is: when it ends, the rest of its process
 * group is killed.
 */
import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { DrillError, messageOf, secretFinder, type RunContext } from "../../core/index.ts";
import type { Actor, ProcessEntry, Recorder } from "../../ledger/index.ts";
import type { Launch, Launched } from "../launch.ts";
import { cleanLogs } from "./clean-logs.ts";
import { readManifest } from "./manifest.ts";

/** A name that is safe as a file name, and as a word in a request. */
export const NAME_PATTERN: RegExp = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

/** The processes of one node. */
export interface Supervisor {
  /**
   * Starts what `manifests/<process>.yaml` describes now.
   * @throws DrillError `harness` when it runs already, when its manifest is broken or its program cannot be started.
   */
  start(process: string, actor: Actor): Promise<void>;
  /** Sends a signal. @returns false when the process does not run. */
  signal(process: string, signal: NodeJS.Signals, actor: Actor): boolean;
  /** What runs. */
  running(): readonly SupervisedProcess[];
  /** Kills all that runs, records it, and waits until it has ended. */
  killAll(actor: Actor): Promise<void>;
  /** The process id while it runs, else null: as this computer sees it. */
  pidOf(process: string): number | null;
  /** The same as the machine itself sees it (Launched). */
  pidOnMachineOf(process: string): number | null;
  exited(process: string): Promise<void>;
  /** The folder of the logs. */
  readonly logDir: string;
  /** The file that everything goes to that the process writes, over all its starts. */
  logFileOf(process: string): string;
  /** Kills everything, waits until it has ended, and takes secrets out of the logs; nothing can be started any more. */
  close(): Promise<void>;
}

/** A process that runs. */
export interface SupervisedProcess extends Pick<Launched, "pid" | "heldBy"> {
  readonly process: string;
  /** Told to stand still. */
  readonly paused: boolean;
}

export interface SupervisorOptions {
  readonly node: string;
  readonly homeDir: string;
  /** Starts a program on the node. */
  readonly launch: Launch;
  /** What every process of the node gets besides its manifest's variables. */
  readonly environment: Readonly<Record<string, string>>;
  readonly run: RunContext;
  readonly recorder: Recorder;
}

interface Running {
  readonly launched: Launched;
  readonly pid: number;
  readonly ended: Promise<void>;
  lastSignalledBy: Actor | null;
  paused: boolean;
}

/** What of its start is on record. */
type StartedWith = Pick<ProcessEntry, "command" | "variables">;

/** These must reach all of a process, as they would reach all of a container. */
const SIGNALS_FOR_THE_GROUP: ReadonlySet<NodeJS.Signals> = new Set(["SIGKILL", "SIGSTOP", "SIGCONT"]);

/** The machine has no more processes, files, memory or room to give. */
const EXHAUSTED: ReadonlySet<string> = new Set(["EAGAIN", "EMFILE", "ENFILE", "ENOMEM", "ENOSPC", "EDQUOT", "EIO"]);

/** The supervisor of one node. */
export function superviseNode(options: SupervisorOptions): Supervisor {
  const { node, homeDir, run, recorder } = options;
  const running = new Map<string, Running>();
  const starting = new Set<string>();
  const logDir = join(run.evidenceDir, "nodes", node);
  /** Of all that was started here: what the logs must not show. */
  const environments: Readonly<Record<string, string>>[] = [];
  let closed = false;
  /** An `exited` that could not be recorded; thrown at the next call, for an event has no caller. */
  let unrecorded: Error | undefined;

  const logFileOf = (name: string): string => join(logDir, `${name}.log`);

  const start = async (name: string, actor: Actor): Promise<void> => {
    rethrow();
    if (closed) throw failure(name, "the run is being ended");
    if (!NAME_PATTERN.test(name)) throw failure(name, "this is not a name of a process");
    const present = running.get(name);
    if (present !== undefined) throw failure(name, `it is running already (pid ${present.launched.pidOnMachine})`);
    if (starting.has(name)) throw failure(name, "it is being started already");
    starting.add(name);
    try {
      const { command, environment } = await readManifest(join(homeDir, "manifests", `${name}.yaml`));
      if (closed) throw failure(name, "the run is being ended");
      environments.push(environment);
      const launched = await launchLogged(name, command, { ...options.environment, ...environment });
      watch(name, launched, { command, variables: Object.keys(environment) }, actor);
    } finally {
      starting.delete(name);
    }
  };

  const launchLogged = async (
    name: string,
    command: readonly [string, ...string[]],
    environment: Readonly<Record<string, string>>,
  ): Promise<Launched> => {
    const output = logFileOf(name);
    try {
      mkdirSync(logDir, { recursive: true });
      appendFileSync(output, `=== started at ${run.clock.nowMs().toFixed(3)} ms: ${JSON.stringify(command)}\n`);
      return await options.launch({ command, cwd: homeDir, environment, output, withInput: false });
    } catch (error) {
      recordMachineTrouble(name, error);
      throw failure(name, `${command[0]}: ${messageOf(error)}`, error);
    }
  };

  /** A machine that has no room for another process or its log is not the page's fault. */
  const recordMachineTrouble = (name: string, error: unknown): void => {
    if (!(error instanceof Error && "code" in error && EXHAUSTED.has(String(error.code)))) return;
    const message = `${name} could not be started on ${node}, for want of something on this machine: ${messageOf(error)}`;
    recorder.record({ kind: "trouble", atMs: run.clock.nowMs(), outcome: "broken", phase: "start a process", message });
  };

  const watch = (name: string, launched: Launched, startedWith: StartedWith, actor: Actor): void => {
    const { pid } = launched;
    const ended = Promise.withResolvers<void>();
    const entry: Running = { launched, pid, ended: ended.promise, lastSignalledBy: null, paused: false };
    running.set(name, entry);
    void launched.ended.then(({ exitCode, signal }) => {
      const atMs = run.clock.nowMs();
      running.delete(name);
      launched.signalGroup("SIGKILL");
      try {
        recorder.record({
          kind: "process",
          atMs,
          event: "exited",
          node,
          process: name,
          pid,
          actor: entry.lastSignalledBy,
          command: null,
          variables: null,
          exitCode,
          signal,
        });
      } catch (error) {
        unrecorded ??= toError(error);
      }
      ended.resolve();
    });
    if (closed) launched.signal("SIGKILL");
    recorder.record({
      kind: "process",
      atMs: run.clock.nowMs(),
      event: "started",
      node,
      process: name,
      pid,
      actor,
      ...startedWith,
      exitCode: null,
      signal: null,
    });
  };

  const signal = (name: string, which: NodeJS.Signals, actor: Actor): boolean => {
    const entry = running.get(name);
    if (entry === undefined) return false;
    const atMs = run.clock.nowMs();
    // What makes it stand still or go on ends nothing.
    if (which === "SIGSTOP" || which === "SIGCONT") entry.paused = which === "SIGSTOP";
    else entry.lastSignalledBy = actor;
    const { launched } = entry;
    const sent = SIGNALS_FOR_THE_GROUP.has(which) ? launched.signalGroup(which) : launched.signal(which);
    if (!sent) return false;
    recorder.record({
      kind: "process",
      atMs,
      event: "signalled",
      node,
      process: name,
      pid: entry.pid,
      actor,
      command: null,
      variables: null,
      exitCode: null,
      signal: which,
    });
    return true;
  };

  return {
    start,
    logDir,
    logFileOf,
    signal: (name, which, actor) => {
      rethrow();
      return signal(name, which, actor);
    },
    running: () =>
      [...running].map(([process, { launched, paused, pid }]) => ({ process, pid, heldBy: launched.heldBy, paused })),
    killAll: async (actor) => {
      rethrow();
      const ends = [...running.values()].map(({ ended }) => ended);
      for (const name of [...running.keys()]) signal(name, "SIGKILL", actor);
      await Promise.all(ends);
    },
    pidOf: (name) => running.get(name)?.pid ?? null,
    pidOnMachineOf: (name) => running.get(name)?.launched.pidOnMachine ?? null,
    exited: async (name) => running.get(name)?.ended,
    close: async () => {
      closed = true;
      const ends = [...running.values()].map(({ ended }) => ended);
      for (const [name, { launched }] of running) {
        try {
          signal(name, "SIGKILL", "harness");
        } catch (error) {
          launched.signalGroup("SIGKILL"); // a ledger that takes nothing any more must not keep a process alive
          unrecorded ??= toError(error);
        }
      }
      await Promise.all(ends);
      await cleanLogs(logDir, secretFinder(process.env, options.environment, ...environments));
      rethrow();
    },
  };

  function rethrow(): void {
    if (unrecorded !== undefined) throw unrecorded;
  }

  function failure(name: string, reason: string, cause?: unknown): DrillError {
    return new DrillError("harness", "start", `cannot start ${name} on ${node}: ${reason}`, { cause });
  }
}

function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
