/**
 * The node command of the pages: `nodectl start|stop|status PROCESS`. It asks the node's supervisor and prints the
 * answer; it never waits for anything, retries nothing and touches no data.
 *
 * It is a bash script that talks over two FIFOs: a script for Node would add 40 ms to every step of a page, bash cannot
 * use Unix sockets, and a TCP port would break with a fault in the network.
 */
import { execFile } from "node:child_process";
import { constants, openSync, readFileSync } from "node:fs";
import { chmod, open, rm, writeFile } from "node:fs/promises";
import { Socket } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { messageOf } from "../../core/index.ts";
import { shellQuote } from "./shell-quote.ts";
import { NAME_PATTERN, type Supervisor } from "./supervisor.ts";

/** Exit codes: done; refused or failed; wrong usage; `status` of what does not run (as systemctl). */
const EXIT = { done: 0, failed: 1, usage: 2, notRunning: 3 } as const;

/** How long the command waits for the supervisor's answer, which takes milliseconds. The step's own time-out comes first. */
const ANSWER_WITHIN_S = 600;

/** A request that waited longer than this for the harness says that the harness is starved, and the page is not to blame. */
const LATE_AFTER_MS = 2_000;

interface Answer {
  readonly exitCode: number;
  readonly message: string;
}

export interface NodectlOptions {
  readonly node: string;
  /** A folder outside the node's home folder, which is there: no page and no fault removes the line to the supervisor. */
  readonly controlDir: string;
  /** The folder of the node's commands. */
  readonly binDir: string;
  /** The bash that runs the script. */
  readonly bash: string;
  readonly supervisor: Supervisor;
  /** Told when a request had to wait for the harness, by how much. */
  readonly onLate: (waitedMs: number) => void;
}

/** Installs the command on a node and answers its requests until disposed. */
export async function serveNodectl(options: NodectlOptions): Promise<Disposable> {
  const { controlDir, supervisor } = options;
  const requests = join(controlDir, "requests");
  await promisify(execFile)("mkfifo", ["-m", "600", requests]);
  const script = join(options.binDir, "nodectl");
  await writeFile(script, nodectlScript(options.bash, controlDir, options.node));
  await chmod(script, 0o755);

  // Opened for writing too, so that it never comes to an end between two requests.
  const fd = openSync(requests, constants.O_RDWR | constants.O_NONBLOCK);
  const socket = new Socket({ fd, readable: true, writable: false });
  let partial = "";
  socket.setEncoding("utf8").on("data", (chunk: string) => {
    const lines = (partial + chunk).split("\n");
    partial = lines.pop() ?? "";
    for (const line of lines) void respond(line);
  });
  socket.on("error", () => {});

  const respond = async (line: string): Promise<void> => {
    const [id = "", verb = "", name = "", askedAt = ""] = line.split(" ");
    if (!/^\d+$/.test(id)) return;
    const waitedMs = sinceMs(askedAt);
    if (waitedMs !== null && waitedMs > LATE_AFTER_MS) options.onLate(waitedMs);
    const { exitCode, message } = await answer(supervisor, verb, name);
    const reply = join(controlDir, `reply.${id}`);
    try {
      await using file = await open(reply, constants.O_WRONLY | constants.O_NONBLOCK);
      await file.write(`${exitCode} ${message.replaceAll("\n", "; ")}\n`);
      await rm(reply, { force: true });
    } catch {
      // The command has been killed: nobody reads the answer.
    }
  };

  return {
    [Symbol.dispose]: () => {
      socket.destroy();
    },
  };
}

/**
 * How long ago it was in the machine's own uptime, which does not jump as the wall clock does, and which a shell can read too (in steps of 10 ms).
 * Null where a system has no such file: what is not known accuses nobody.
 */
function sinceMs(uptimeS: string): number | null {
  const nowS = uptimeSeconds();
  return nowS === null || !/^\d+\.\d+$/.test(uptimeS) ? null : (nowS - Number(uptimeS)) * 1000;
}

/** Seconds since the machine was started; null where it is not told. */
export function uptimeSeconds(): number | null {
  try {
    return Number.parseFloat(readFileSync("/proc/uptime", "utf8"));
  } catch {
    return null;
  }
}

async function answer(supervisor: Supervisor, verb: string, name: string): Promise<Answer> {
  if (!NAME_PATTERN.test(name)) return { exitCode: EXIT.usage, message: `"${name}" is not a name of a process` };
  const pid = supervisor.pidOnMachineOf(name);
  try {
    switch (verb) {
      case "start":
        await supervisor.start(name, "runbook");
        return { exitCode: EXIT.done, message: "" };
      case "stop":
        return supervisor.signal(name, "SIGTERM", "runbook")
          ? { exitCode: EXIT.done, message: "" }
          : { exitCode: EXIT.failed, message: `cannot stop ${name}: it is not running` };
      case "status":
        return pid === null
          ? { exitCode: EXIT.notRunning, message: `${name} is not running` }
          : { exitCode: EXIT.done, message: `${name} is running (pid ${pid})` };
      default:
        return { exitCode: EXIT.usage, message: `"${verb}" is not start, stop or status` };
    }
  } catch (error) {
    return { exitCode: EXIT.failed, message: messageOf(error) };
  }
}

/** The command itself. The FIFO for the answer is opened for reading and writing: opening cannot block. */
function nodectlScript(bash: string, controlDir: string, node: string): string {
  return String.raw`#!${bash}
# nodectl start|stop|status PROCESS: starts, stops or shows one process of this machine.
# It never waits until a process serves or has ended. "status" exits 3 when the process is not running.
PATH=/usr/local/bin:/usr/bin:/bin
if [[ $# -ne 2 || ! $1 =~ ^(start|stop|status)$ || ! $2 =~ ^[A-Za-z0-9][A-Za-z0-9._-]*$ ]]; then
  echo "usage: nodectl start|stop|status PROCESS" >&2
  exit ${EXIT.usage}
fi
control=${shellQuote(controlDir)}
mkfifo -m 600 "$control/reply.$$" || exit ${EXIT.failed}
exec 3<>"$control/reply.$$"
{ read -r uptime _ </proc/uptime; } 2>/dev/null
printf '%s %s %s %s\n' "$$" "$1" "$2" "${"$"}{uptime:-}" 1<>"$control/requests"
if ! IFS=' ' read -r -t ${ANSWER_WITHIN_S} -u 3 code message; then
  rm -f "$control/reply.$$"
  echo "nodectl: the supervisor of "${shellQuote(node)}" does not answer" >&2
  exit ${EXIT.failed}
fi
if [[ -n $message ]]; then
  if [[ $1 = status && $code != ${EXIT.usage} ]]; then echo "$message"; else echo "nodectl: $message" >&2; fi
fi
exit "$code"
`;
}
