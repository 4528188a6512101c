/**
 * Starts programs in a container, by `docker exec` in the foreground: its end tells that of the program. What a program
 * writes does not pass through the engine but goes to a file or FIFO that the container and this computer both see, so that
 * it is as whole, in order and quick as that of a child of the harness.
 */
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:os";
import type { Launch, Launched } from "../launch.ts";
import { identityOf, isAlive } from "../process/labelled-processes.ts";
import { spawnInOwnSession } from "../process/own-session.ts";
import { engineEnvironment, type EngineAddress } from "./engine.ts";
import { hostPidOf } from "./host-pid.ts";

/** The container that a machine is now. */
export interface RunningContainer {
  readonly name: string;
  /** Its first process, as this computer sees it. */
  readonly init: number;
}

/**
 * Reads the number of words of the command and the words, opens the output, tells its process id, waits for a word, and becomes
 * the program: so the program can be found among this computer's processes however short it lives. The command is not among
 * the arguments, since it would then be seen in those of the engine's client too, and a witness must find one process by it.
 */
const BECOME = String.raw`
IFS= read -r count || exit 125
command=()
for ((; count > 0; count--)); do IFS= read -r -d "" word || exit 125; command+=("$word"); done
if ! type -P -- "$command" >/dev/null; then echo "spawn $command ENOENT"; exit 127; fi
exec 3>>"$1" || exit 126
echo "pid $$"
IFS= read -r word && [[ $word == go ]] || exit 125
unset HOSTNAME PWD OLDPWD SHLVL
exec >&3 2>&3 3>&-
exec "${"$"}{command[@]}"
`;
/** As BECOME, of a program whose standard input is empty. */
const BECOME_WITHOUT_INPUT = BECOME.replace("exec >&3", "exec </dev/null >&3");

/** A shell tells by 128 + its number that a signal ended a program, and so does the engine. */
const SIGNAL_BASE = 128;

/**
 * @param machine the container that is there now; null: the machine was taken away.
 * A program that itself ends with the code 128 + N is taken for one that signal N has ended: the engine tells no difference.
 */
export function launchInContainer(engine: EngineAddress, machine: () => RunningContainer | null): Launch {
  return async ({ command, cwd, environment, output, withInput }) => {
    const container = machine();
    if (container === null) throw new Error("there is no machine any more");
    // By name alone, so that no value is seen in the list of processes.
    const variables = Object.keys(environment).flatMap((name) => ["--env", name]);
    const become = ["bash", "--noprofile", "--norc", "-c", withInput ? BECOME : BECOME_WITHOUT_INPUT, "bash", output];
    const exec = ["exec", "--interactive", "--workdir", cwd, ...variables, container.name, ...become];
    const child = spawnInOwnSession(engine.client, exec, {
      env: { ...environment, ...engineEnvironment(engine) },
      stdio: ["pipe", "pipe", "pipe"],
    });
    child.stdin.on("error", () => {}); // it has ended; `ended` says so
    child.stdin.write(`${command.length}\n${command.map((word) => `${word}\0`).join("")}`);
    const exited = once(child, "exit");
    exited.catch(() => {});
    const said = await firstWords(child);
    const pidOnMachine = Number(/^pid (\d+)\n/.exec(said)?.[1]);
    const pid = Number.isNaN(pidOnMachine) ? null : hostPidOf(container.init, pidOnMachine);
    const identity = pid === null ? null : identityOf(pid);
    if (pid === null || identity === null) {
      child.stdin.destroy();
      throw new Error(said.trim() || `the engine started nothing in ${container.name}`);
    }
    child.stdin.write("go\n");
    if (!withInput) child.stdin.end();
    const ended = exited.then(([code]: unknown[]) => endOf(Number(code)));
    return {
      pid,
      pidOnMachine,
      heldBy: child.pid === undefined ? [] : [child.pid],
      input: withInput ? child.stdin : null,
      ended,
      signal: (signal) => isAlive(identity) && send(pid, signal),
      signalGroup: (signal) => send(-pid, signal),
    };
  };
}

/** What the exit code of `docker exec` says of the program. Exported for its test. */
export function endOf(code: number): Awaited<Launched["ended"]> {
  const signal = Object.entries(constants.signals).find(([, number]) => SIGNAL_BASE + number === code)?.[0];
  return signal === undefined ? { exitCode: code, signal: null } : { exitCode: null, signal: signal as NodeJS.Signals };
}

/** Its first line, or all it said before it ended. */
async function firstWords(child: ChildProcess): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  let said = "";
  const take = (chunk: Buffer): void => {
    said += chunk.toString();
    if (said.startsWith("pid ") && said.includes("\n")) resolve(said);
  };
  child.stdout?.on("data", take);
  child.stderr?.on("data", take);
  child.once("error", (error) => resolve(error.message));
  child.once("close", () => resolve(said));
  return promise;
}

function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false; // it has ended
  }
}
