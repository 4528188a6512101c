/** The image that every image of Drillbook's is built on: there already, pulled from a registry, or made with debootstrap. */
import { DrillError } from "../../core/index.ts";
import { bootstrapArchive, bootstrapHindrance } from "./bootstrap.ts";
import { dockerCommand, type DockerEngine } from "./engine.ts";

/** What the Dockerfiles in fixtures/images/ say after FROM. */
export const BASE_REFERENCE = "debian:trixie-slim";
export const BASE_RELEASE = "trixie";

/** Put on what is imported; the engine's own word for what is pulled is its digest. */
const ORIGIN_LABEL = "drillbook.base";

/** A registry that answers has sent these 30 MB by then; where none does, debootstrap takes half as long. */
const PULL_WITHIN_MS = 60_000;
const IMPORT_WITHIN_MS = 120_000;

/** As it was found in the engine. */
export interface BaseImage {
  readonly reference: string;
  readonly id: string;
  /** `pulled`: a registry's, its digest in `detail`; `debootstrap`: made on such a machine as this; `unknown`: it was there, and says neither. */
  readonly origin: "pulled" | "debootstrap" | "unknown";
  readonly detail: string;
}

interface MakeOptions {
  progress(line: string): void;
  readonly signal?: AbortSignal | undefined;
}

/** The base image that the engine has, or undefined. */
export async function findBase(engine: DockerEngine, signal?: AbortSignal): Promise<BaseImage | undefined> {
  const answer = await dockerCommand(engine, ["image", "inspect", BASE_REFERENCE], { signal, timeoutMs: 20_000 });
  return answer.ok ? baseOf(answer.stdout) : undefined;
}

/** What `docker image inspect` says of it. An image without labels or digests has null or nothing there. */
function baseOf(inspected: string): BaseImage | undefined {
  interface Inspected {
    readonly Id: string;
    readonly RepoDigests?: readonly string[] | null;
    readonly Config?: { readonly Labels?: Readonly<Record<string, string>> | null } | null;
  }
  const [image] = JSON.parse(inspected) as readonly Inspected[];
  if (image === undefined) return undefined;
  const found = { reference: BASE_REFERENCE, id: image.Id };
  const label = image.Config?.Labels?.[ORIGIN_LABEL];
  if (label !== undefined) return { ...found, origin: "debootstrap", detail: label };
  const digests = (image.RepoDigests ?? []).join(", ");
  return digests === ""
    ? { ...found, origin: "unknown", detail: "it was there, and says nothing of its making" }
    : { ...found, origin: "pulled", detail: digests };
}

/**
 * The base image; had from a registry or made when the engine has none.
 * @throws DrillError `environment` when no registry gives it and it cannot be made here, saying both; `interrupted`.
 */
export async function baseImage(engine: DockerEngine, { progress, signal }: MakeOptions): Promise<BaseImage> {
  const there = await findBase(engine, signal);
  if (there !== undefined) return there;
  progress(`pulling ${BASE_REFERENCE}`);
  const pulled = await dockerCommand(engine, ["pull", "--quiet", BASE_REFERENCE], {
    signal,
    timeoutMs: PULL_WITHIN_MS,
  });
  if (!pulled.ok) await make(engine, pulled.trouble, { progress, signal });
  const made = await findBase(engine, signal);
  if (made !== undefined) return made;
  throw new DrillError("environment", "docker", `${BASE_REFERENCE} was made, and the engine does not have it.`);
}

async function make(engine: DockerEngine, noRegistry: string, { progress, signal }: MakeOptions): Promise<void> {
  const { machine } = engine;
  const hindered = bootstrapHindrance(machine);
  if (hindered !== undefined) {
    throw new DrillError(
      "environment",
      "docker",
      `No registry gives ${BASE_REFERENCE} (${noRegistry}), and it cannot be made here: ${hindered}. ` +
        `Load it into the engine under this name: docker load, or docker import.`,
    );
  }
  progress(`no registry gives it; making ${BASE_REFERENCE} with debootstrap`);
  const archive = await bootstrapArchive(machine, { release: BASE_RELEASE, progress, signal });
  const change = `LABEL ${ORIGIN_LABEL}="made with debootstrap of Debian ${BASE_RELEASE}"`;
  const imported = await dockerCommand(
    engine,
    ["import", "--change", 'CMD ["bash"]', "--change", change, archive, BASE_REFERENCE],
    { signal, timeoutMs: IMPORT_WITHIN_MS },
  );
  if (!imported.ok)
    throw new DrillError("environment", "docker", `docker import of the base failed: ${imported.trouble}`);
}
