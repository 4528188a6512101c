/** The Docker engine that answers, and commands to it. Starts no engine. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { DrillError } from "../../core/index.ts";
import { runCommand, type CommandOptions, type CommandResult } from "../command.ts";
import { findOnPath, thisMachine } from "../machine.ts";
import type { ToolMachine } from "../program.ts";
import { hindrance, PRIVATE_HOST, privateProgramsFolder, thisHost, type EngineHost } from "./private-engine.ts";

/** An engine that answers does so at once; one that hangs must not hang the start. */
const ANSWER_WITHIN_MS = 10_000;

/** An engine that answered. */
export interface DockerEngine {
  readonly machine: ToolMachine;
  /** Absolute path of the client. */
  readonly client: string;
  readonly clientVersion: string;
  readonly version: string;
  /** `named`: by DOCKER_HOST; `default`: the client's own; `private`: started by `npm run docker-engine`. */
  readonly whose: "named" | "default" | "private";
  /** For the client and testcontainers: DOCKER_HOST, or nothing where the client finds it by itself. */
  readonly environment: Readonly<Record<string, string>>;
}

/** No engine answers. */
export interface NoDockerEngine {
  readonly reason: string;
  /** What would make one available. */
  readonly remedy: string;
}

/** The places where an engine may be, in order; none but the named one is asked when one is named. */
function placesOf(machine: ToolMachine): readonly Pick<DockerEngine, "whose" | "environment">[] {
  const named = machine.environment["DOCKER_HOST"];
  if (named === PRIVATE_HOST) return [{ whose: "private", environment: { DOCKER_HOST: named } }];
  if (named !== undefined && named !== "") return [{ whose: "named", environment: { DOCKER_HOST: named } }];
  return [
    { whose: "default", environment: {} },
    { whose: "private", environment: { DOCKER_HOST: PRIVATE_HOST } },
  ];
}

/** The first engine that answers, or why none does. Asks each for at most 10 s; never throws for what it does not find. */
export async function findEngine(
  machine: ToolMachine = thisMachine(),
  host: EngineHost = thisHost(),
): Promise<DockerEngine | NoDockerEngine> {
  const client = dockerClient(machine);
  const remedy = remedyFor(machine, host);
  if (client === undefined) return { reason: "no docker client on PATH", remedy };
  const troubles: string[] = [];
  for (const place of placesOf(machine)) {
    const format = "{{.Client.Version}} {{.Server.Version}}";
    const answer = await runCommand(machine, client, ["version", "--format", format], {
      environment: place.environment,
      timeoutMs: ANSWER_WITHIN_MS,
    });
    const [clientVersion = "", version = ""] = answer.stdout.trim().split(" ");
    if (answer.ok && version !== "") return { machine, client, clientVersion, version, ...place };
    troubles.push(answer.ok ? "it says no version" : answer.trouble);
  }
  return { reason: troubles[0] ?? "no place to look", remedy };
}

/** The client on PATH, or the private engine's own; undefined: neither is there. */
export function dockerClient(machine: ToolMachine): string | undefined {
  const own = join(privateProgramsFolder(machine), "usr/bin/docker");
  return findOnPath(machine, "docker") ?? (existsSync(own) ? own : undefined);
}

function remedyFor(machine: ToolMachine, host: EngineHost): string {
  const why = hindrance(machine, host);
  return why === undefined
    ? "npm run docker-engine -- start (in a clone of Drillbook); or start one of your own, and set DOCKER_HOST to it"
    : `${why.remedy} (a private one cannot be started: ${why.reason})`;
}

/**
 * The engine, where one must be.
 * @throws DrillError `environment` with the reason and the remedy when none answers.
 */
export async function requireEngine(machine: ToolMachine = thisMachine()): Promise<DockerEngine> {
  const engine = await findEngine(machine);
  if ("version" in engine) return engine;
  throw new DrillError(
    "environment",
    "docker",
    `No Docker engine answers: ${engine.reason}. To have one: ${engine.remedy}.`,
  );
}

/** Runs the client with `args` against the engine. A command that fails is a result. */
export async function dockerCommand(
  engine: DockerEngine,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  return runCommand(engine.machine, engine.client, args, {
    ...options,
    environment: { ...options.environment, ...engine.environment },
  });
}
