/** Runs a program to its end and tells its output and the processor time that it took, its start included. */
import { spawn } from "node:child_process";

/** What a program printed and took. */
export interface Timed {
  readonly stdout: string;
  /** Of user and system together, over all its threads. */
  readonly cpuMs: number;
}

/**
 * Runs it. Bash is asked for the processor time, since Node does not tell that of a child.
 * @throws when it ends with an error.
 */
export async function timedCommand(
  file: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Timed> {
  const child = spawn("bash", ["-c", 'TIMEFORMAT="cpu %U %S"; time "$@"', "bash", file, ...args], {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (stderr += chunk));
  const exitCode = await new Promise((resolve) => child.on("close", resolve));
  const [, user, system] = /^cpu ([\d.]+) ([\d.]+)$/m.exec(stderr) ?? [];
  if (exitCode !== 0 || user === undefined || system === undefined)
    throw new Error(`${file} ended with ${String(exitCode)}:\n${stdout}\n${stderr}`);
  return { stdout, cpuMs: (Number(user) + Number(system)) * 1000 };
}
