/** The face of what starts a program on a machine and tells when it ends. Not its business: what is started, and what is recorded of it. */
import type { Writable } from "node:stream";

/** What is to be started. */
export interface LaunchOptions {
  readonly command: readonly [string, ...string[]];
  /** Absolute path of the folder it starts in. */
  readonly cwd: string;
  /** All its variables; it gets none of the harness's. */
  readonly environment: Readonly<Record<string, string>>;
  /** Absolute path of the file or FIFO that takes its standard output and error, in the order in which they come. */
  readonly output: string;
  /** Whether it is written to (`Launched.input`); else its standard input is empty. */
  readonly withInput: boolean;
}

/** A program that runs, as the leader of a process group of its own. */
export interface Launched {
  /** As this computer sees it, wherever it runs. */
  readonly pid: number;
  /** As the machine itself sees it, where a page's shell signals it: another number where the machine has processes of its own. */
  readonly pidOnMachine: number;
  /** The leaders of other process groups of this computer that hold it, and that end with it. */
  readonly heldBy: readonly number[];
  /** Its standard input; null unless it was asked for. */
  readonly input: Writable | null;
  /** Resolves when it has ended itself; others of its group may live on. Never rejects. */
  readonly ended: Promise<{ readonly exitCode: number | null; readonly signal: NodeJS.Signals | null }>;
  /** Signals it alone. @returns false when it is gone. */
  signal(signal: NodeJS.Signals): boolean;
  /** Signals all of its process group, also after its own end. @returns false when it is gone. */
  signalGroup(signal: NodeJS.Signals): boolean;
}

/**
 * Starts a program. It has opened its output when this returns.
 * @throws Error in the words of `spawn` (`spawn etcd ENOENT`) when there is no such program, or it cannot be started.
 */
export type Launch = (options: LaunchOptions) => Promise<Launched>;
