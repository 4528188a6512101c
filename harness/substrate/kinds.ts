/** The kinds of substrate, each by what the command must know of it: the one place that tells them apart. */
import { DrillError } from "../core/index.ts";
import type { EnvironmentRecord, ProgramRecord } from "../ledger/index.ts";
import { absentInContainers } from "./docker/absent.ts";
import type { EngineAddress } from "./docker/engine.ts";
import {
  absentCapabilitiesOf,
  detectIsolation,
  detectOwnMounts,
  isolationHere,
  type WorkerIsolation,
} from "./process/isolation.ts";
import { openProcessSubstrate } from "./process/open.ts";
import type { ProcessSubstrateOptions } from "./process/process-substrate.ts";
import type { Substrate, SubstrateKind } from "./substrate.ts";

/** What there is for a substrate here. */
export interface Footing {
  /** How its workers are kept apart from this computer. */
  readonly isolation: WorkerIsolation;
  /** The Docker engine that its nodes are in; null: none is needed. */
  readonly engine: EngineAddress | null;
  /** Makes what takes long the first time, and says so. */
  prepare(options: Preparing): Promise<Prepared>;
}

/** What was made for the runs of a substrate. */
export interface Prepared {
  /** The image of every node, for the record and for the engine, as NAME:VERSION; null: nodes need none. */
  readonly image: ProgramRecord | null;
}

/** One kind. The first call is the front's, the others are the worker's. */
export interface KindOfSubstrate {
  /**
   * Finds out by trying.
   * @throws DrillError `skipped` when there can be no such substrate here, with what would make it possible.
   */
  readonly find: () => Promise<Footing>;
  /** Where the nodes of this worker will be, and what they cannot do. */
  readonly here: () => Pick<Substrate, "absentCapabilities"> & Pick<EnvironmentRecord, "isolation">;
  readonly open: (options: OpenOptions) => Promise<Substrate>;
}

/** What a worker opens it with. */
export interface OpenOptions extends ProcessSubstrateOptions, Pick<Footing, "engine">, Prepared {}

interface Preparing {
  /** Whether machines are to have engines of their own (`NodeOptions.ownEngine`). */
  readonly ownEngines: boolean;
  readonly progress: (line: string) => void;
  readonly signal: AbortSignal;
}

/** All of them. */
export const SUBSTRATES: Readonly<Record<SubstrateKind, KindOfSubstrate>> = {
  process: {
    find: async () => ({
      isolation: await detectIsolation(),
      engine: null,
      prepare: async () => Promise.resolve({ image: null }),
    }),
    here: () => {
      const isolation = isolationHere();
      return { isolation: isolation.kind, absentCapabilities: absentCapabilitiesOf(isolation) };
    },
    open: openProcessSubstrate,
  },
  docker: {
    find: async () => {
      if (process.platform !== "linux" || process.getuid?.() !== 0) throw skipped(ROOT_ON_LINUX);
      const { dockerImage, findEngine } = await import("../tools/index.ts");
      const engine = await findEngine();
      if (!("version" in engine))
        throw skipped(`no Docker engine answers: ${engine.reason}. To have one: ${engine.remedy}`);
      return {
        // The worker must reach its containers, and so has this computer's network.
        isolation: await detectOwnMounts(),
        engine: { client: engine.client, host: engine.environment["DOCKER_HOST"] ?? null },
        prepare: async ({ ownEngines, ...options }) => {
          const { id, reference } = await dockerImage(engine, ownEngines ? VM_IMAGE : NODE_IMAGE, options);
          const [name = "", version = ""] = reference.split(":");
          return { image: { name, version, source: "docker", sha256: id.replace("sha256:", "") } };
        },
      };
    },
    here: () => ({ isolation: "containers", absentCapabilities: absentInContainers() }),
    open: async ({ engine, image, ...options }) => {
      if (engine === null || image === null)
        throw new DrillError("harness", "docker", "containers need an engine and an image, and none was named");
      const { openDockerSubstrate } = await import("./docker/docker-substrate.ts");
      return openDockerSubstrate({ ...options, engine, image: `${image.name}:${image.version}` });
    },
  },
};

/** Their Dockerfiles are in fixtures/images/. */
const NODE_IMAGE = "node";
const VM_IMAGE = "vm";

const ROOT_ON_LINUX =
  "nodes are containers only where Drillbook runs as root on the Linux that the engine runs on: it damages their files and signals their processes itself";

function skipped(because: string): DrillError {
  return new DrillError("skipped", "prepare", because);
}
