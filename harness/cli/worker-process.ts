/**
 * The worker of one run, seen from the front: started in isolation, in a session of its own (Ctrl-C on the terminal reaches the front alone),
 * spoken to over IPC. Not its business: what is said (messages.ts), when (front.ts).
 */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { DrillError, messageOf, RUN_LABEL_VARIABLE } from "../core/index.ts";
import { isolationCommand, type WorkerIsolation } from "../substrate/index.ts";
import type { Assignment, FromWorker, ToWorker } from "./messages.ts";

/** The module that a worker runs. */
export interface WorkerModule {
  readonly file: string;
}

/** The module of this package: the same kind of file (source or compiled) as this one. */
export const OWN_WORKER: WorkerModule = {
  file: fileURLToPath(new URL(import.meta.url.endsWith(".ts") ? "./worker.ts" : "./worker.js", import.meta.url)),
};

/** How a worker ended. */
export interface WorkerEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The end of what it wrote to its standard output and error; empty in a sound run. */
  readonly output: string;
}

/** A running worker. Disposing it kills it if it still runs. */
export interface WorkerProcess extends Disposable {
  readonly pid: number;
  /** Resolves when it has ended and all that it said has been handed to the listener. Never rejects. */
  readonly ended: Promise<WorkerEnd>;
  send(message: ToWorker): void;
  /** Ends it at once; in namespaces everything it started ends with it. */
  kill(): void;
  /** Lets go of it: it goes on when the front ends. */
  release(): void;
}

/** How much of its output is kept for the reader. */
const OUTPUT_LIMIT_CHARS = 64 * 1024;

/** How long the rest of its output is waited for after its end. */
const OUTPUT_DRAIN_MS = 500;

/**
 * Starts a worker. It does nothing until it is told to.
 * @throws DrillError `environment` when it cannot be started.
 */
export async function startWorker(
  module: WorkerModule,
  assignment: Assignment,
  isolation: WorkerIsolation,
  listener: (message: FromWorker) => void,
): Promise<WorkerProcess> {
  const [program, ...args] = isolationCommand(isolation, [process.execPath, module.file, JSON.stringify(assignment)]);
  const child = spawn(program, args, {
    detached: true,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    env: { ...process.env, [RUN_LABEL_VARIABLE]: assignment.runId },
  });
  const ended = Promise.withResolvers<WorkerEnd>();
  const started = Promise.withResolvers<void>();
  let output = "";
  let released = false;
  const take = (chunk: string): void => void (output = (output + chunk).slice(-OUTPUT_LIMIT_CHARS));
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").on("data", take);
  child.on("message", (message) => listener(message as FromWorker));
  child.on("spawn", () => started.resolve());
  child.on("error", (error) => {
    take(`${messageOf(error)}\n`);
    started.reject(error);
  });
  const end = (exitCode: number | null, signal: NodeJS.Signals | null): void =>
    ended.resolve({ exitCode, signal, output });
  let drained: NodeJS.Timeout | undefined;
  child.on("close", (exitCode, signal) => {
    clearTimeout(drained);
    end(exitCode, signal);
  });
  // What a killed worker leaves running may hold its output open: its own end is what counts.
  child.on("exit", (exitCode, signal) => void (drained = setTimeout(end, OUTPUT_DRAIN_MS, exitCode, signal)));
  try {
    await started.promise;
  } catch (error) {
    throw new DrillError(
      "environment",
      "start worker",
      `The drill's worker process could not be started with ${program}: ${messageOf(error)}`,
      {
        cause: error,
      },
    );
  }
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null;
  const kill = (): void => {
    if (isRunning()) child.kill("SIGKILL");
  };
  return {
    pid: child.pid ?? 0,
    ended: ended.promise,
    send: (message) => {
      // A worker that has just died has closed its channel; that it died is seen in `ended`.
      if (child.connected) child.send(message, () => {});
    },
    kill,
    release: () => {
      released = true;
      if (child.connected) child.disconnect();
      child.stdout?.destroy();
      child.stderr?.destroy();
      child.unref();
    },
    [Symbol.dispose]: () => {
      if (!released) kill();
    },
  };
}
