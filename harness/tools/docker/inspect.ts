/** What `doctor` shows of Docker: client, engine, base image. Starts, pulls and makes nothing. */
import { bootstrapHindrance } from "./bootstrap.ts";
import { BASE_REFERENCE, findBase, type BaseImage } from "./base-image.ts";
import { dockerClient, findEngine, type DockerEngine, type NoDockerEngine } from "./engine.ts";
import { thisMachine } from "../machine.ts";
import type { ToolMachine } from "../program.ts";
import { thisHost, type EngineHost } from "./private-engine.ts";

/** Docker, as a drill in containers would find it now. */
export interface DockerReport {
  /** Absolute path of the client; null: there is none. */
  readonly client: string | null;
  /** The engine that answers; null: none does. */
  readonly engine: Pick<DockerEngine, "version" | "clientVersion" | "whose"> | null;
  /** Why none answers and what to do; null: one does. */
  readonly trouble: NoDockerEngine | null;
  readonly base: {
    readonly reference: string;
    /** As the engine has it; null: not yet, or there is no engine. */
    readonly image: BaseImage | null;
    /** How it would be had. */
    readonly otherwise: string;
  };
}

/** Asks the engine twice, so it may take a second. */
export async function inspectDocker(
  machine: ToolMachine = thisMachine(),
  host: EngineHost = thisHost(),
): Promise<DockerReport> {
  const found = await findEngine(machine, host);
  const engine = "version" in found ? found : undefined;
  const image = engine === undefined ? undefined : await findBase(engine);
  const hindered = bootstrapHindrance(machine);
  return {
    client: dockerClient(machine) ?? null,
    engine:
      engine === undefined
        ? null
        : { version: engine.version, clientVersion: engine.clientVersion, whose: engine.whose },
    trouble: "version" in found ? null : { reason: found.reason, remedy: found.remedy },
    base: {
      reference: BASE_REFERENCE,
      image: image ?? null,
      otherwise:
        "pulled by the first run that needs it, where a registry answers; else " +
        (hindered === undefined ? "made with debootstrap" : `it cannot be made here: ${hindered}`),
    },
  };
}
