/** Images of machines, built from fixtures/images/<name>/Dockerfile when the engine does not have them. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DrillError } from "../../core/index.ts";
import { BASE_REFERENCE, baseImage, type BaseImage } from "./base-image.ts";
import { dockerCommand, type DockerEngine } from "./engine.ts";
import { imageReference } from "./image-tag.ts";

/** Packages are installed from a mirror meanwhile. */
const BUILD_WITHIN_MS = 600_000;

/** An image that the engine has. */
export interface DockerImage {
  /** `drillbook/<name>:<digest of what it is built from>`. */
  readonly reference: string;
  readonly id: string;
  readonly base: BaseImage;
}

export interface DockerImageOptions {
  /** Told what is going on, one line at a time; silent when all is there. */
  progress(line: string): void;
  readonly signal?: AbortSignal | undefined;
}

/**
 * The image of that name, built when the engine does not have it, and its base had or made before.
 *
 * @param name a folder of fixtures/images/, e.g. `node`
 * @throws DrillError `harness` when there is no such Dockerfile, or it is built on something else than `debian:trixie-slim`;
 * `environment` when the build fails, with the build's last words, or there is no base; `interrupted` when the signal aborts.
 */
export async function dockerImage(
  engine: DockerEngine,
  name: string,
  { progress, signal }: DockerImageOptions,
): Promise<DockerImage> {
  const folder = folderOf(engine, name);
  const base = await baseImage(engine, { progress, signal });
  const reference = imageReference(name, folder, base.id);
  const there = await idOf(engine, reference, signal);
  if (there !== undefined) return { reference, id: there, base };
  progress(`building ${reference} on ${BASE_REFERENCE}`);
  const built = await dockerCommand(
    engine,
    [
      ...["build", "--tag", reference, "--label", `drillbook.image=${name}`],
      // The private engine gives containers no way to the outside; the machine's own network has one.
      ...["--network", "host", folder],
    ],
    { signal, timeoutMs: BUILD_WITHIN_MS },
  );
  const id = built.ok ? await idOf(engine, reference, signal) : undefined;
  if (id !== undefined) return { reference, id, base };
  throw new DrillError("environment", "docker", `docker build of ${folder} failed: ${lastWords(built)}`);
}

/** Checked before anything is asked of an engine: a mistake in the project shows at once. */
function folderOf({ machine }: DockerEngine, name: string): string {
  const folder = join(machine.imagesDir, name);
  const file = join(folder, "Dockerfile");
  if (!/^[a-z0-9-]+$/.test(name) || !existsSync(file)) {
    const known = existsSync(machine.imagesDir) ? readdirSync(machine.imagesDir).join(", ") : "none";
    throw new DrillError(
      "harness",
      "docker",
      `There is no image ${name} in ${machine.imagesDir}; there are: ${known}.`,
    );
  }
  const bases = [...readFileSync(file, "utf8").matchAll(/^\s*FROM\s+(\S+)/gim)].map(([, from]) => from);
  if (bases.length !== 1 || bases[0] !== BASE_REFERENCE) {
    const seen = bases.length === 0 ? "nothing" : bases.join(", ");
    throw new DrillError("harness", "docker", `${file} is built on ${seen}; it must be one FROM ${BASE_REFERENCE}.`);
  }
  return folder;
}

async function idOf(engine: DockerEngine, reference: string, signal?: AbortSignal): Promise<string | undefined> {
  const answer = await dockerCommand(engine, ["image", "inspect", "--format", "{{.Id}}", reference], {
    signal,
    timeoutMs: 20_000,
  });
  return answer.ok ? answer.stdout.trim() : undefined;
}

/** The classic builder tells a failed command's words on both streams, and the summary at the end of standard error. */
function lastWords({ stdout, stderr, trouble }: { stdout: string; stderr: string; trouble: string }): string {
  const lines = `${stdout}\n${stderr}`.split("\n").filter((line) => line.trim() !== "");
  return lines.length === 0 ? trouble : lines.slice(-6).join("\n");
}
