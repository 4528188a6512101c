/** The Docker engine, told by its own command line. Not its business: finding one (tools/), what is made in it (containers.ts, run-network.ts). */
import { execFile } from "node:child_process";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { DrillError, messageOf } from "../../core/index.ts";

/** Which engine, and by which client it is told. Data, since it goes to the worker and into the books. */
export interface EngineAddress {
  /** The client's name, or absolute path. */
  readonly client: string;
  /** As in `DOCKER_HOST`; null: the one that the client takes by itself. */
  readonly host: string | null;
}

/** Making or removing a container takes a second; a loaded machine takes its time. */
const DO_WITHIN_MS = 60_000;

/** The variables of the command line itself. */
export function engineEnvironment({ host }: EngineAddress): Readonly<Record<string, string>> {
  return {
    // Named, since HOME may be that of a machine (launch-in-container.ts).
    DOCKER_CONFIG: process.env["DOCKER_CONFIG"] ?? join(homedir(), ".docker"),
    ...(host === null ? {} : { DOCKER_HOST: host }),
  };
}

/**
 * Does what the arguments say, and gives what was printed.
 * @throws DrillError `environment` with the engine's own words.
 */
export async function tellEngine(engine: EngineAddress, args: readonly string[]): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(engine.client, [...args], {
      env: { ...process.env, ...engineEnvironment(engine) },
      timeout: DO_WITHIN_MS,
      killSignal: "SIGKILL",
      maxBuffer: 16 * 1024 * 1024,
    });
    return stdout.trim();
  } catch (error) {
    throw new DrillError("environment", "docker", `docker ${args[0] ?? ""}: ${wordsOf(error)}`, { cause: error });
  }
}

/** What the command line said, else why it could not be asked. */
function wordsOf(error: unknown): string {
  if (error instanceof Error && "stderr" in error && String(error.stderr).trim() !== "")
    return String(error.stderr).trim();
  if (error instanceof Error && "code" in error && error.code === "ENOENT") return "there is no docker on PATH";
  if (error instanceof Error && "killed" in error && error.killed === true) return "the engine did not answer in time";
  return messageOf(error);
}
