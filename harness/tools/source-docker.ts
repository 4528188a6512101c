/** Programs copied out of an image that a Docker engine already has. Pulls nothing, runs nothing of the image. */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { DrillError } from "../core/index.ts";
import { runCommand } from "./command.ts";
import { keep, keptFolders, readKept } from "./kept.ts";
import { findOnPath } from "./machine.ts";
import type { ProgramFamily, ProgramSource, ToolMachine } from "./program.ts";
import type { Packaged } from "./stamp.ts";

/** An engine that answers does so at once; one that hangs must not hang the start. */
const ANSWER_WITHIN_MS = 10_000;
/** Where images keep such programs: the makers' own, and those of distributions. */
const IMAGE_FOLDERS = ["/usr/local/bin", "/usr/bin", "/bin"];

interface Image {
  readonly id: string;
  readonly reference: string;
}

export const dockerSource: ProgramSource = {
  id: "docker",
  title: "copied from a local Docker image",
  because: "third, because nothing is downloaded, but the image's version is whatever somebody pulled",
  async look(family, machine) {
    for (const name of keptFolders(machine, `${family.name}-docker-`)) {
      const programs = readKept(family, machine, name, "docker");
      if (programs !== undefined) return { kind: "ready", programs };
    }
    const remedy = `start a Docker engine that has an image of ${family.name}`;
    const found = await findImage(family, machine);
    if (typeof found === "string") return { kind: "absent", reason: found, remedy };
    return { kind: "obtainable", how: `copy the programs out of the image ${found.reference}` };
  },
  async obtain(family, machine, { progress, signal }) {
    const image = await findImage(family, machine, signal);
    if (typeof image === "string") throw new DrillError("environment", "programs", image);
    progress(`copying the programs of ${family.name} out of the image ${image.reference}`);
    return keep(family, machine, {
      name: `${family.name}-docker-${image.id.replace(/^sha256:/, "").slice(0, 12)}`,
      source: "docker",
      signal,
      fill: (folder) => copyOut(family, machine, { image, folder, signal }),
    });
  },
};

/** An image of the family, the latest tag first; or why there is none. */
async function findImage(family: ProgramFamily, machine: ToolMachine, signal?: AbortSignal): Promise<Image | string> {
  const docker = findOnPath(machine, "docker");
  if (docker === undefined) return "no docker on PATH";
  const format = "{{.Repository}}\t{{.Tag}}\t{{.ID}}";
  const answer = await runCommand(machine, docker, ["image", "ls", "--no-trunc", "--format", format], {
    signal,
    timeoutMs: ANSWER_WITHIN_MS,
  });
  if (!answer.ok) return `no Docker engine answers: ${answer.trouble}`;
  const images = answer.stdout
    .split("\n")
    .map((line) => line.split("\t"))
    .filter(([repository]) => repository?.split("/").at(-1) === family.imageName)
    .map(([repository, tag, id]) => ({ id: id ?? "", reference: `${repository}:${tag}` }))
    .toSorted((a, b) => b.reference.localeCompare(a.reference, "en", { numeric: true }));
  return images[0] ?? `the Docker engine has no image named ${family.imageName}`;
}

/** A container is created, never started, to copy from it; it is removed again whatever happens. */
async function copyOut(
  family: ProgramFamily,
  machine: ToolMachine,
  { image, folder, signal }: { image: Image; folder: string; signal: AbortSignal | undefined },
): Promise<ReadonlyMap<string, Packaged>> {
  const container = `drillbook-copy-${randomUUID()}`;
  const docker = async (...args: string[]) => runCommand(machine, "docker", args, { signal, timeoutMs: 60_000 });
  try {
    const created = await docker("create", "--name", container, "--pull", "never", image.id, "never-started");
    if (!created.ok) {
      throw new DrillError("environment", "programs", `docker create of ${image.reference} failed: ${created.trouble}`);
    }
    for (const { name } of family.programs) {
      const tried: string[] = [];
      for (const from of IMAGE_FOLDERS) {
        const copied = await docker("cp", "--follow-link", `${container}:${from}/${name}`, join(folder, name));
        if (copied.ok) break;
        tried.push(from);
      }
      if (tried.length === IMAGE_FOLDERS.length) {
        throw new DrillError("environment", "programs", `${image.reference} has no ${name} in ${tried.join(", ")}.`);
      }
    }
    return new Map();
  } finally {
    // Not with the signal: an interrupted copy leaves no container either.
    await runCommand(machine, "docker", ["rm", "--force", "--volumes", container], { timeoutMs: 30_000 });
  }
}
