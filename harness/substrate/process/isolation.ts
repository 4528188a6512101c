/**
 * How a drill's worker process is kept apart from the machine and from other runs.
 * The front asks here how to start the worker; the worker asks here where it is.
 */
import { execFile } from "node:child_process";
import { networkInterfaces } from "node:os";
import { DrillError, messageOf } from "../../core/index.ts";
import type { AbsentCapability } from "../substrate.ts";
import { BRIDGE, TRY_NODE_NETWORKS } from "./node-networks.ts";
import { STATE_FOLDER_VARIABLE, stateFolder } from "./state-folder.ts";
import { isOnSystemPath, SYSTEM_PATH } from "./system-path.ts";

/** What the machine allows. */
export type Isolation =
  | {
      readonly kind: "namespaces";
      /** True for an ordinary user, who becomes root in a user namespace first. */
      readonly userNamespace: boolean;
      /** Why the nodes have no networks of their own in there; null when they have. */
      readonly oneNetworkBecause: string | null;
    }
  | { readonly kind: "loopback"; readonly reason: string };

/** As a worker may be kept apart: as above, or with mounts of its own alone, where it must reach what is outside. */
export type WorkerIsolation = Isolation | { readonly kind: "mounts" };

/** Tells the worker where it is (`namespaces`, `mounts`); set by the first process in there and by nothing else. */
const ISOLATION_VARIABLE = "DRILLBOOK_ISOLATION";
/** Tells it why its nodes share one network; empty when they do not. */
const ONE_NETWORK_VARIABLE = "DRILLBOOK_ONE_NETWORK";

// perl-base is on every Debian; the two numbers are SIOCGIFFLAGS and SIOCSIFFLAGS, 1 is IFF_UP (netdevice(7)).
const RAISE_LOOPBACK_WITH_PERL = `perl -e 'socket(S,2,2,0) or die; $r=pack("a16s","lo",0); ioctl(S,0x8913,$r) or die; ($n,$f)=unpack("a16s",$r); ioctl(S,0x8914,pack("a16sx22",$n,$f|1)) or die'`;

/**
 * Process 1 of the namespace: raises the loopback interface, starts the worker, reaps what is orphaned and ends with
 * the worker's exit code. With it everything else in the namespace ends.
 */
const INIT = `{ ip link set lo up || ifconfig lo up || ${RAISE_LOOPBACK_WITH_PERL}; } 2>/dev/null || { echo "drillbook: the loopback interface cannot be raised" >&2; exit 125; }
${STATE_FOLDER_VARIABLE}=$1 ${ISOLATION_VARIABLE}=namespaces ${ONE_NETWORK_VARIABLE}=$2
export ${STATE_FOLDER_VARIABLE} ${ISOLATION_VARIABLE} ${ONE_NETWORK_VARIABLE}
shift 2
"$@" &
wait $!`;

const TRY_WITHIN_MS = 5_000;

/** Finds out by trying, which takes about 30 ms: starts a process as the worker would be started, and makes a network as for a node. */
export async function detectIsolation(): Promise<Isolation> {
  if (process.platform !== "linux")
    return { kind: "loopback", reason: `namespaces exist on Linux only, this is ${process.platform}` };
  const reasons: string[] = [];
  for (const userNamespace of process.getuid?.() === 0 ? [false, true] : [true]) {
    const isolation: Isolation = { kind: "namespaces", userNamespace, oneNetworkBecause: null };
    const tried = await tryOut(isolation, TRY_NODE_NETWORKS);
    if (tried.works) return { ...isolation, oneNetworkBecause: tried.oneNetworkBecause };
    reasons.push(tried.reason);
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
  isolation: WorkerIsolation,
  command: readonly [string, ...string[]],
): readonly [string, ...string[]] {
  if (isolation.kind === "loopback") return command;
  if (isolation.kind === "mounts")
    return ["unshare", "--mount", "--", "env", `${ISOLATION_VARIABLE}=mounts`, ...command];
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
    isolation.oneNetworkBecause ?? "",
    ...command,
  ];
}

/** Where a worker is. */
export interface IsolationHere {
  readonly kind: Isolation["kind"];
  /** Why the nodes share one network; null when each can have its own. */
  readonly oneNetworkBecause: string | null;
}

/**
 * Where this process is.
 * @throws DrillError `environment` when it was told to be in namespaces and is not.
 */
export function isolationHere(): IsolationHere {
  if (process.env[ISOLATION_VARIABLE] !== "namespaces") return { kind: "loopback", oneNetworkBecause: ON_LOOPBACK };
  const outside = Object.entries(networkInterfaces()).filter(
    ([name, addresses]) => !name.startsWith(BRIDGE) && addresses?.some(({ internal }) => !internal),
  );
  if (outside.length > 0) {
    const names = outside.map(([name]) => name).join(", ");
    throw new DrillError(
      "environment",
      "provision",
      `${ISOLATION_VARIABLE} says that this process has a network of its own, but it sees ${names}; unset it`,
    );
  }
  return { kind: "namespaces", oneNetworkBecause: process.env[ONE_NETWORK_VARIABLE] || null };
}

/**
 * Whether this process may mount what nobody else sees, as a worker that was started with `mounts` or in namespaces may.
 */
export function hasOwnMounts(): boolean {
  return ["mounts", "namespaces"].includes(process.env[ISOLATION_VARIABLE] ?? "");
}

/** Mounts of its own for a worker, found out by trying; with the reason where it can have none. */
export async function detectOwnMounts(): Promise<WorkerIsolation> {
  const tried = await tryOut({ kind: "mounts" }, "mount --bind /proc /proc");
  return tried.works ? { kind: "mounts" } : { kind: "loopback", reason: tried.reason };
}

/** What the front and `doctor` show before anything is started. */
export interface IsolationReport {
  readonly kind: Isolation["kind"];
  /** Why it is not better; null in namespaces. */
  readonly reason: string | null;
  readonly absentCapabilities: readonly AbsentCapability[];
}

/** How a run would be isolated on this machine, found out by trying. */
export async function inspectIsolation(): Promise<IsolationReport> {
  const isolation = await detectIsolation();
  return isolation.kind === "loopback"
    ? { kind: "loopback", reason: isolation.reason, absentCapabilities: absentCapabilitiesOf(isolation) }
    : { kind: "namespaces", reason: null, absentCapabilities: absentCapabilitiesOf(isolation) };
}

const ON_LOOPBACK = "on the machine's own loopback the nodes share one network; namespaces would give each its own";

/** What nodes cannot do in this isolation, and with the commands of this system. Tests replace `hasCommand`. */
export function absentCapabilitiesOf(
  isolation: Isolation | IsolationHere,
  hasCommand: (command: string) => boolean = isOnSystemPath,
): readonly AbsentCapability[] {
  const oneNetworkBecause = isolation.kind === "loopback" ? ON_LOOPBACK : isolation.oneNetworkBecause;
  const absent: AbsentCapability[] = [
    ...(oneNetworkBecause === null ? [] : [{ capability: "network-faults" as const, reason: oneNetworkBecause }]),
    {
      capability: "packet-delay",
      reason: "it would take the kernel's sch_netem, which is not everywhere, and nothing here uses it",
    },
    ...(["packet-loss", "bandwidth"] as const).map((capability) => ({
      capability,
      reason: "it is done with the commands of a container's image: `--substrate docker` can",
    })),
    {
      capability: "clock-faults",
      reason:
        "a program written in Go asks the kernel for the time and not the C library, so that libfaketime does not reach it",
    },
    ...(hasCommand("openssl")
      ? []
      : [{ capability: "openssl" as const, reason: `there is no command openssl in ${SYSTEM_PATH}` }]),
    { capability: "own-paths", reason: "the nodes of a run share one file system" },
    { capability: "own-engines", reason: "an engine takes a machine of its own; nodes in containers can have one" },
  ];
  if (isolation.kind === "namespaces") return absent;
  return [
    ...absent,
    { capability: "own-disks", reason: "without a mount namespace of its own a run mounts nothing on this machine" },
    { capability: "same-addresses", reason: "on the machine's own loopback they are chosen for each run" },
    {
      capability: "forks",
      reason: "without a mount namespace a copy of the machines cannot be seen where its origin was",
    },
    {
      capability: "ends-with-worker",
      reason: "without a pid namespace, processes outlive a worker that is killed; `drillbook clean` ends them",
    },
  ];
}

type Trial =
  | { readonly works: true; readonly oneNetworkBecause: string | null }
  | { readonly works: false; readonly reason: string };

function tryOut(isolation: WorkerIsolation, script: string): Promise<Trial> {
  const [program, ...args] = isolationCommand(isolation, ["sh", "-c", script]);
  const { promise, resolve } = Promise.withResolvers<Trial>();
  execFile(program, args, { timeout: TRY_WITHIN_MS, killSignal: "SIGKILL" }, (error, stdout, stderr) => {
    resolve(
      error === null
        ? { works: true, oneNetworkBecause: stdout.trim() || null }
        : { works: false, reason: stderr.trim() || messageOf(error) },
    );
  });
  return promise;
}
