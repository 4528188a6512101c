/** The private engine of this machine: start, stop, and what it is doing. */
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { spawn } from "node:child_process";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { DrillError } from "../../harness/core/index.ts";
import { identityOf, isAlive, type ProcessIdentity } from "../../harness/substrate/process/labelled-processes.ts";
import { runCommand } from "../../harness/tools/command.ts";
import { findEngine } from "../../harness/tools/docker/engine.ts";
import {
  PRIVATE_HOST,
  PRIVATE_RUN_FOLDER,
  privateDataFolder,
  thisHost,
} from "../../harness/tools/docker/private-engine.ts";
import { thisMachine } from "../../harness/tools/machine.ts";
import { emptyEngine } from "./empty.ts";
import { CONTAINERS_GROUP, killGroup, makeGroup, processesOf, removeGroup, thaw } from "./group.ts";
import { ADDRESS_POOL, BRIDGE, leftInterfaces, lower, raise, type Run } from "./network.ts";
import { enginePrograms, environmentOf, type EnginePrograms } from "./programs.ts";

/** Seen: 6 s at most; a machine that is busy takes longer. */
const READY_WITHIN_MS = 60_000;
const END_WITHIN_MS = 15_000;
const POLL_MS = 200;

/** Where containerd's shims have their sockets, whatever it is told; the engine has a folder of its own there. */
const SHIM_FOLDER = "/run/containerd";

/** Who is starting it, as long as it is not noted as started. */
const starterFile = join(PRIVATE_RUN_FOLDER, "starter.json");
const stateFile = join(PRIVATE_RUN_FOLDER, "state.json");
const logFile = join(PRIVATE_RUN_FOLDER, "dockerd.log");

/** What is noted of a started engine. */
interface State extends ProcessIdentity {
  readonly dataFolder: string;
  readonly versions: Readonly<Record<string, string>>;
}

/** `starting`: another process is at it; `left`: it is dead, and something of it is still here. */
export type Status =
  | { readonly kind: "stopped" | "starting" }
  | { readonly kind: "running" | "left"; readonly state: State | undefined };

export function status(): Status {
  const state = readNote(stateFile) as State | undefined;
  const starter = readNote(starterFile) as ProcessIdentity | undefined;
  if (starter !== undefined && starter.pid !== process.pid && isAlive(starter)) return { kind: "starting" };
  const processes = processesOf(thisHost());
  if (state !== undefined && isAlive(state) && processes.includes(state.pid)) return { kind: "running", state };
  return existsSync(PRIVATE_RUN_FOLDER) || processes.length > 0 ? { kind: "left", state } : { kind: "stopped" };
}

/**
 * Starts the engine; there must be none of it.
 * @returns the versions of its packages
 * @throws DrillError `environment` with the reason and a remedy; nothing of it is left then. `interrupted` when the signal aborts.
 */
export async function start(options: {
  progress(line: string): void;
  readonly signal: AbortSignal;
}): Promise<Readonly<Record<string, string>>> {
  const machine = thisMachine();
  const programs = await enginePrograms(machine, options);
  const dataFolder = privateDataFolder(machine);
  mkdirSync(dataFolder, { recursive: true });
  mkdirSync(PRIVATE_RUN_FOLDER, { mode: 0o700 });
  writeFileSync(starterFile, JSON.stringify(identityOf(process.pid)));
  try {
    await raise(runner());
    await launch(programs, dataFolder, options);
    await emptyEngine();
    options.signal.throwIfAborted();
    rmSync(starterFile);
  } catch (error) {
    await stop();
    throw error;
  }
  return programs.versions;
}

async function launch(
  programs: EnginePrograms,
  dataFolder: string,
  { progress, signal }: { progress(line: string): void; readonly signal: AbortSignal },
): Promise<void> {
  progress(`starting docker.io ${programs.versions["docker.io"]} of Debian`);
  const settings = join(PRIVATE_RUN_FOLDER, "daemon.json");
  writeFileSync(settings, JSON.stringify(daemonSettings(dataFolder), null, 2));
  mkdirSync(SHIM_FOLDER, { recursive: true });
  const log = openSync(logFile, "a");
  // A mount namespace of its own: what it mounts is gone with its last process, however that ends.
  const script = `echo $$ >'${makeGroup(thisHost())}' && mount -t tmpfs none ${SHIM_FOLDER} && exec dockerd --config-file '${settings}'`;
  const child = spawn("unshare", ["--mount", "--propagation", "slave", "sh", "-c", script], {
    cwd: "/",
    detached: true,
    stdio: ["ignore", log, log],
    env: { ...process.env, ...programs.environment },
  });
  child.on("error", () => {
    // It has no id then, and the wait below says so.
  });
  closeSync(log);
  child.unref();
  const identity = child.pid === undefined ? null : identityOf(child.pid);
  if (identity === null) throw new DrillError("environment", "docker", "unshare, of util-linux, could not be started.");
  const state: State = { ...identity, dataFolder, versions: programs.versions };
  writeFileSync(stateFile, JSON.stringify(state));
  const until = performance.now() + READY_WITHIN_MS;
  while (!(await answers())) {
    signal.throwIfAborted();
    if (isAlive(identity) && performance.now() < until) {
      await delay(POLL_MS);
      continue;
    }
    throw new DrillError("environment", "docker", `dockerd did not come up. Its last words:\n${lastWords()}`);
  }
}

/** dockerd.json(5): all that it is told. */
function daemonSettings(dataFolder: string): object {
  return {
    "data-root": dataFolder,
    "exec-root": join(PRIVATE_RUN_FOLDER, "exec"),
    pidfile: join(PRIVATE_RUN_FOLDER, "docker.pid"),
    hosts: [PRIVATE_HOST],
    labels: ["drillbook.engine=private"],
    bridge: BRIDGE,
    "default-address-pools": [ADDRESS_POOL],
    iptables: false,
    ip6tables: false,
    "ip-forward": false,
    "ip-masq": false,
    "exec-opts": ["native.cgroupdriver=cgroupfs"],
    "cgroup-parent": CONTAINERS_GROUP,
    "shutdown-timeout": 3,
  };
}

/**
 * Ends the engine and all that it started, and takes away what it made, also after a crash; its images are kept. Harmless when there
 * is none.
 * @throws DrillError `environment` when something is left, saying what.
 */
export async function stop(): Promise<void> {
  const host = thisHost();
  const before = status();
  const dataFolder = ("state" in before ? before.state?.dataFolder : undefined) ?? privateDataFolder(thisMachine());
  if (before.kind === "running" && before.state !== undefined) {
    const thawing = setInterval(() => thaw(host), POLL_MS);
    await emptyEngine();
    if (isAlive(before.state)) process.kill(before.state.pid, "SIGTERM");
    const until = performance.now() + END_WITHIN_MS;
    while (processesOf(host).length > 0 && performance.now() < until) await delay(POLL_MS);
    clearInterval(thawing);
  }
  const processes = await killGroup(host, END_WITHIN_MS);
  const groups = removeGroup(host);
  const run = runner();
  await lower(run, dataFolder);
  const left = [
    ...processes.map((pid) => `process ${pid}`),
    ...groups,
    ...(await leftInterfaces(run, dataFolder)),
    ...mountsBelow(dataFolder),
  ];
  if (left.length > 0) {
    throw new DrillError("environment", "docker", `Of the private engine is left: ${left.join(", ")}. Run stop again.`);
  }
  // Networks that the store remembers would come back as bridges.
  rmSync(join(dataFolder, "network"), { recursive: true, force: true });
  rmSync(PRIVATE_RUN_FOLDER, { recursive: true, force: true });
  removeEmpty(SHIM_FOLDER);
}

/** With the engine's own iptables, where it is there: nothing is downloaded for a stop. */
function runner(): Run {
  const machine = thisMachine();
  const environment = environmentOf(machine);
  return (file, ...args) => runCommand(machine, file, args, { environment, timeoutMs: 20_000 });
}

async function answers(): Promise<boolean> {
  const machine = thisMachine();
  const environment = { ...machine.environment, DOCKER_HOST: PRIVATE_HOST };
  return "version" in (await findEngine({ ...machine, environment }));
}

/** Undefined: it is not there, or was not written to its end; what runs is known by its group all the same. */
function readNote(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

function lastWords(): string {
  const lines = existsSync(logFile) ? readFileSync(logFile, "utf8").trim().split("\n") : [];
  return lines.slice(-8).join("\n");
}

function mountsBelow(folder: string): readonly string[] {
  const points = readFileSync("/proc/self/mounts", "utf8")
    .split("\n")
    .map((line) => line.split(" ")[1] ?? "");
  return points.filter((point) => point.startsWith(`${folder}/`) || point.startsWith(`${PRIVATE_RUN_FOLDER}/`));
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Somebody else's things are in it, or it is gone.
  }
}
