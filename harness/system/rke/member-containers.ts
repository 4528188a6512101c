/**
 * The containers of etcd on one virtual machine, as its engine tells of them: who started one, that it ended, what it wrote. Whoever runs
 * them, the record has it; nothing here restarts one (law 2). What the engine restarts by itself is on record as nobody's.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { appendFileSync, mkdirSync, openSync, closeSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { RunContext } from "../../core/index.ts";
import type { Actor, ProcessEntry, Recorder } from "../../ledger/index.ts";
import { engineEnvironment, tellEngine, type EngineAddress } from "../../substrate/index.ts";
import { ownRestarts } from "./own-restarts.ts";
import { ETCD_SERVICE, NAME_LABEL } from "./services.ts";

export interface MemberContainersOptions {
  readonly node: string;
  readonly engine: EngineAddress;
  readonly run: RunContext;
  readonly recorder: Recorder;
}

/** What runs on one machine. Disposing it stops the watching, and touches no container. */
export interface MemberContainers extends AsyncDisposable {
  /** Makes a container that is there go, and records it when the engine tells of it. */
  start(name: string, actor: Actor): Promise<void>;
  /** Makes a container and starts it, with the arguments of `docker`. */
  make(name: string, args: readonly string[], actor: Actor): Promise<void>;
  /** Nothing happens when it does not run. */
  signal(name: string, signal: NodeJS.Signals, actor: Actor): Promise<void>;
  isRunning(name: string): boolean;
  exited(name: string): Promise<void>;
  logFileOf(name: string): string;
  /** The machine is gone, and with it all that ran on it. */
  gone(actor: Actor): void;
}

/** What the engine tells (docs.docker.com/reference/cli/docker/system/events). */
interface EngineEvent {
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
  readonly timeNano: number;
}

interface Running {
  /** The value of RKE's label: one that was renamed, or was made under another name for a while, is the same service. */
  readonly name: string;
  readonly pid: number;
  readonly ended: PromiseWithResolvers<void>;
  lastSignalledBy: Actor | null;
}

/** Begins to watch; what was started before is not seen. */
export function watchMemberContainers(options: MemberContainersOptions): MemberContainers {
  const { engine, node, recorder, run } = options;
  const running = new Map<string, Running>();
  /** Who is starting a container, by its name; everybody else who does so is the page, but for the engine itself. */
  const starting = new Map<string, Actor>();
  const restarts = ownRestarts();
  const logDir = join(run.evidenceDir, "nodes", node);
  mkdirSync(logDir, { recursive: true });
  const logFileOf = (name: string): string => join(logDir, `${name}.log`);
  const followers = new Set<ChildProcess>();

  const follow = (args: readonly string[], output: number | "pipe"): ChildProcess => {
    const env = { ...process.env, ...engineEnvironment(engine) };
    const child = spawn(engine.client, [...args], {
      env,
      stdio: ["ignore", output, output === "pipe" ? "ignore" : output],
    });
    child.on("error", () => {}); // `exit` follows, or nothing was started
    followers.add(child);
    child.once("exit", () => followers.delete(child));
    return child;
  };
  const record = (
    event: ProcessEntry["event"],
    { name, pid }: Pick<Running, "name" | "pid">,
    more: Pick<ProcessEntry, "actor"> & Partial<ProcessEntry>,
  ): void =>
    recorder.record({
      kind: "process",
      atMs: run.clock.nowMs(),
      event,
      node,
      process: name,
      pid,
      command: null,
      variables: null,
      exitCode: null,
      signal: null,
      ...more,
    });

  const started = async (id: string, name: string, atNano: number): Promise<void> => {
    const format = "{{.RestartCount}} {{.State.Restarting}} {{.State.Pid}} {{json .Path}} {{json .Args}}";
    const told = await tellEngine(engine, ["inspect", "--format", format, id]).catch(() => ""); // it is gone already
    const [, count = "0", restarting, pid = "0", path = "null", args = "[]"] =
      /^(\d+) (true|false) (\d+) (".*?"|null) (.*)$/s.exec(told) ?? [];
    const isOwn = restarts.isOwn(id, { restarts: Number(count), isRestarting: restarting === "true" });
    const actor = isOwn ? null : (starting.get(name) ?? "runbook");
    if (!isOwn) starting.delete(name);
    const command = [JSON.parse(path), ...(JSON.parse(args) as unknown[])].filter((word) => typeof word === "string");
    const entry: Running = { name, pid: Number(pid), ended: Promise.withResolvers(), lastSignalledBy: null };
    running.set(id, entry);
    record("started", entry, { actor, command, variables: [] });
    const log = logFileOf(name);
    appendFileSync(log, `=== started at ${run.clock.nowMs().toFixed(3)} ms: ${JSON.stringify(command)}\n`);
    const file = openSync(log, "a");
    follow(["logs", "--follow", "--since", secondsOf(atNano), id], file);
    closeSync(file);
  };
  const ended = (id: string, exitCode: number | null, actor: Actor | null): void => {
    const entry = running.get(id);
    if (entry === undefined) return;
    running.delete(id);
    record("exited", entry, { actor: actor ?? entry.lastSignalledBy, exitCode });
    entry.ended.resolve();
  };
  const take = async ({ Action, Actor: { Attributes, ID }, timeNano }: EngineEvent): Promise<void> => {
    const name = Attributes[NAME_LABEL] ?? "";
    if (Action === "start") await started(ID, name, timeNano);
    if (Action === "die") ended(ID, Number(Attributes["exitCode"]), null);
  };

  const watching = ["events", "--filter", "type=container", "--filter", `label=${NAME_LABEL}=${ETCD_SERVICE}`];
  const events = follow([...watching, "--format", "{{json .}}"], "pipe");
  /** One after another, in the engine's order. */
  let taken = Promise.resolve();
  if (events.stdout !== null)
    createInterface({ input: events.stdout }).on("line", (line) => {
      taken = taken.then(async () => take(JSON.parse(line) as EngineEvent));
    });

  const entryOf = (name: string): readonly [string, Running] | undefined =>
    [...running].find(([, one]) => one.name === name);
  const startAs = async (name: string, args: readonly string[], actor: Actor): Promise<void> => {
    starting.set(name, actor);
    try {
      await tellEngine(engine, args);
    } catch (error) {
      starting.delete(name); // the next start is not this actor's
      throw error;
    }
  };
  return {
    start: async (name, actor) => startAs(name, ["start", name], actor),
    make: startAs,
    signal: async (name, signal, actor) => {
      const found = entryOf(name);
      if (found === undefined) return;
      const [id, entry] = found;
      if (signal !== "SIGSTOP" && signal !== "SIGCONT") entry.lastSignalledBy = actor;
      record("signalled", entry, { actor, signal });
      await tellEngine(engine, ["kill", `--signal=${signal}`, id]);
    },
    isRunning: (name) => entryOf(name) !== undefined,
    exited: async (name) => entryOf(name)?.[1].ended.promise,
    logFileOf,
    gone: (actor) => {
      for (const id of running.keys()) ended(id, null, actor);
    },
    [Symbol.asyncDispose]: async () => {
      for (const child of followers) child.kill("SIGKILL");
      await taken.catch(() => {});
    },
  };
}

/** As `docker logs` takes an instant; what is lost of a number of nanoseconds in JavaScript is less than a microsecond. */
function secondsOf(nano: number): string {
  const digits = BigInt(nano).toString().padStart(10, "0");
  return `${digits.slice(0, -9)}.${digits.slice(-9)}`;
}
