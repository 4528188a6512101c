/**
 * Runs a command of the machine and waits for it. Only needed when something must be made or asked, so execa is loaded
 * when the first command runs: a start that finds everything ready does not pay for it.
 */
import { DrillError } from "../core/index.ts";
import type { ToolMachine } from "./program.ts";

export interface CommandOptions {
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** The command is ended after this long. Default: none; what is waited for is a person's build, under their eyes. */
  readonly timeoutMs?: number;
  /** Told each line of standard error as it comes. */
  readonly onErrorLine?: (line: string) => void;
}

export interface CommandResult {
  /** True when it ended by itself with exit code 0. */
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
  /** What went wrong, in one line; empty when nothing did. */
  readonly trouble: string;
}

/**
 * Runs `file` with `args` and an empty standard input. A command that fails, or cannot be started, is a result.
 * @throws DrillError `interrupted` when the signal aborts; the command is stopped first.
 */
export async function runCommand(
  machine: ToolMachine,
  file: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  if (options.signal?.aborted === true) throw interrupted(file);
  const { execa } = await import("execa");
  const child = execa(file, args, {
    env: { ...machine.environment, ...options.environment },
    extendEnv: false,
    stdin: "ignore",
    reject: false,
    // SIGINT, because `go build` removes its temporary folders on it.
    killSignal: "SIGINT",
    forceKillAfterDelay: 5_000,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.signal === undefined ? {} : { cancelSignal: options.signal }),
    ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs }),
    ...(options.onErrorLine === undefined ? {} : { stderr: ["pipe", lines(options.onErrorLine)] }),
  });
  const result = await child;
  if (result.isCanceled) throw interrupted(file);
  const stderr = result.stderr ?? "";
  return {
    ok: !result.failed,
    stdout: result.stdout,
    stderr,
    trouble: result.failed ? (lastLine(stderr) ?? result.shortMessage ?? "it failed") : "",
  };
}

function lines(tell: (line: string) => void): (line: unknown) => Generator {
  return function* (line) {
    tell(String(line));
    yield line;
  };
}

function interrupted(file: string): DrillError {
  return new DrillError("interrupted", "programs", `Stopped while running ${file}.`);
}

function lastLine(text: string): string | undefined {
  return text.trim().split("\n").at(-1) || undefined;
}
