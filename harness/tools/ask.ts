/** Asks a program how it is called. */
import { execFile } from "node:child_process";

/** A help text comes at once; a program that hangs must not hang the drill. */
const ANSWER_WITHIN_MS = 10_000;
/** Longer than any help (that of etcd has 25,000). */
const MOST_CHARACTERS = 100_000;

/** What came of it. */
export interface ProgramAnswer {
  /** Null when it could not be run, or was ended because it did not answer. */
  readonly exitCode: number | null;
  /** Standard output and then standard error; where there is no exit code, what went wrong. */
  readonly output: string;
}

/**
 * Runs the program at `path` with an empty environment, so that no variable counts as a flag, and an empty standard input.
 * Never throws; an abort ends it.
 */
export async function askProgram(
  path: string | undefined,
  args: readonly string[],
  signal: AbortSignal,
): Promise<ProgramAnswer> {
  if (path === undefined) return { exitCode: null, output: "no such program was resolved" };
  const { promise, resolve } = Promise.withResolvers<ProgramAnswer>();
  const options = { env: {}, signal, timeout: ANSWER_WITHIN_MS, maxBuffer: 10 * MOST_CHARACTERS };
  const child = execFile(path, [...args], options, (error, stdout, stderr) => {
    const exitCode = error === null ? 0 : typeof error.code === "number" ? error.code : null;
    const output = exitCode === null ? (error?.message ?? "") : `${stdout}${stderr}`;
    resolve({ exitCode, output: output.slice(0, MOST_CHARACTERS) });
  });
  child.stdin?.end();
  return promise;
}
