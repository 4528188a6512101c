/**
 * How a drill's worker process is kept apart from the machine and from other runs.
 * The front asks here how to start the worker; the worker asks here where it is.
 */
import { execFile } from "node:child_process";
import { networkInterfaces } from "node:os";
import { DrillError, messageOf } from "../../core/index.ts";
import type { Substrate } from "../substrate.ts";
import { STATE_FOLDER_VARIABLE, stateFolder } from "./state-folder.ts";

/** What the machine allows. */
export type Isolation =
  | {
      readonly kind: "namespaces";
      /** True for an ordinary user, who becomes root in a user namespace first. */
      readonly userNamespace: boolean;
    }
  | { readonly kind: "loopback"; readonly reason: string };

/** Tells the worker that it is in namespaces; set by the first process in there and by nothing else. */
const ISOLATION_VARIABLE = "DRILLBOOK_ISOLATION";

// perl-base is on every Debian; the two numbers are SIOCGIFFLAGS and SIOCSIFFLAGS, 1 is IFF_UP (netdevice(7)).
const RAISE_LOOPBACK_WITH_PERL = `perl -e 'socket(S,2,2,0) or die; $r=pack("a16s","lo",0); ioctl(S,0x8913,$r) or die; ($n,$f)=unpack("a16s",$r); ioctl(S,0x8914,pack("a16sx22",$n,$f|1)) or die'`;

/**
 * Process 1 of the namespace: raises the loopback interface, starts the worker, reaps what is orphaned and ends with
 * the worker's exit code. With it everything else in the namespace ends.
 */
const INIT = `{ ip link set lo up || ifconfig lo up || ${RAISE_LOOPBACK_WITH_PERL}; } 2>/dev/null || { echo "drillbook: the loopback interface cannot be raised" >&2; exit 125; }
${STATE_FOLDER_VARIABLE}=$1 ${ISOLATION_VARIABLE}=namespaces
export ${STATE_FOLDER_VARIABLE} ${ISOLATION_VARIABLE}
shift
"$@" &
wait $!`;

const TRY_WITHIN_MS = 5_000;

/** Finds out by trying, which takes about 10 ms: starts a process as the worker would be started. */
export async function detectIsolation(): Promise<Isolation> {
  if (process.platform !== "linux")
    return { kind: "loopback", reason: `namespaces exist on Linux only, this is ${process.platform}` };
  const reasons: string[] = [];
  for (const userNamespace of process.getuid?.() === 0 ? [false, true] : [true]) {
    const isolation: Isolation = { kind: "namespaces", userNamespace };
    const failure = await tryOut(isolation);
    if (failure === null) return isolation;
    reasons.push(failure);
  }
  return { kind: "loopback", reason: reasons.join("; ") };
}

/**
 * The command that starts `command` (a worker) in this isolation. Start it detached (a session of its own, so that
 * Ctrl-C on the terminal reaches the front alone) and with the run's label in its environment. Standard output, standard
 * error, an IPC channel and the exit code go through (128 + N when signal N ended the worker); standard input is empty.
 * SIGKILL to it ends everything in the namespaces; other signals do not reach the worker: use the channel.
 */
export function isolationCommand(
  isolation: Isolation,
  command: readonly [string, ...string[]],
): readonly [string, ...string[]] {
  if (isolation.kind === "loopback") return command;
  return [
    "unshare",
    ...(isolation.userNamespace ? ["--map-root-user"] : []),
    "--pid",
    "--net",
    "--mount",
    "--fork",
    "--kill-child",
    "--mount-proc",
    "--",
    "sh",
    "-c",
    INIT,
    "drillbook-init",
    stateFolder(),
    ...command,
  ];
}

/**
 * Where this process is.
 * @throws DrillError `environment` when it was told to be in namespaces and is not.
 */
export function isolationHere(): Substrate["isolation"] {
  if (process.env[ISOLATION_VARIABLE] !== "namespaces") return "loopback";
  const outside = Object.entries(networkInterfaces()).filter(([, addresses]) =>
    addresses?.some(({ internal }) => !internal),
  );
  if (outside.length > 0) {
    const names = outside.map(([name]) => name).join(", ");
    throw new DrillError(
      "environment",
      "provision",
      `${ISOLATION_VARIABLE} says that this process has a network of its own, but it sees ${names}; unset it`,
    );
  }
  return "namespaces";
}

/** What the front and `doctor` show before anything is started. */
export interface IsolationReport {
  readonly kind: Isolation["kind"];
  /** Why it is not better; null in namespaces. */
  readonly reason: string | null;
  readonly absentCapabilities: Substrate["absentCapabilities"];
}

/** How a run would be isolated on this machine, found out by trying. */
export async function inspectIsolation(): Promise<IsolationReport> {
  const isolation = await detectIsolation();
  const reason = isolation.kind === "loopback" ? isolation.reason : null;
  return { kind: isolation.kind, reason, absentCapabilities: absentCapabilitiesOf(isolation.kind) };
}

/** What nodes cannot do in this isolation. */
export function absentCapabilitiesOf(isolation: Substrate["isolation"]): Substrate["absentCapabilities"] {
  const always = [
    { capability: "network faults between nodes", reason: "the nodes of a run share one network" },
    { capability: "absolute paths of its own for each node", reason: "the nodes of a run share one file system" },
  ];
  if (isolation === "namespaces") return always;
  return [
    ...always,
    {
      capability: "the same addresses every run",
      reason: "on the machine's own loopback they are chosen for each run",
    },
    {
      capability: "ending with the worker",
      reason: "without a pid namespace, processes outlive a worker that is killed; `drillbook clean` ends them",
    },
  ];
}

/** Null when it works, else why not. */
function tryOut(isolation: Isolation): Promise<string | null> {
  const [program, ...args] = isolationCommand(isolation, ["true"]);
  const { promise, resolve } = Promise.withResolvers<string | null>();
  execFile(program, args, { timeout: TRY_WITHIN_MS, killSignal: "SIGKILL" }, (error, _stdout, stderr) => {
    resolve(error === null ? null : stderr.trim() || messageOf(error));
  });
  return promise;
}
