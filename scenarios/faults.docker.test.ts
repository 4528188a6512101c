/** The faults that take a substrate of its own kind, on containers: confirmed as they are, and a mismatch each time that their injector does nothing. */
import { describe, expect, test } from "vitest";
import { PROVEN, STUBBED_THEN_AS_IT_IS } from "../fixtures/live/fault-plants.ts";
import { isolatedFaults } from "../fixtures/live/isolated-fault.ts";
import { systemProgramsOrSkip } from "../fixtures/live/programs.ts";
import { catalogue, folderOf } from "../harness/cli/catalogue.ts";
import { loadDrill } from "../harness/cli/load-scenario.ts";
import { messageOf } from "../harness/core/index.ts";
import { SUBSTRATES } from "../harness/substrate/index.ts";

const footing = await SUBSTRATES.docker.find().catch((error: unknown) => messageOf(error));
const none = typeof footing === "string" ? footing : null;

/** One drill for each fault that not every substrate can have: a bad network, a disk that is full, virtual machines that are deleted, and an image store that is. */
const DRILLS = [
  "etcd-bad-network.packets-lost",
  "etcd-bad-network.slow-line",
  "dqlite-disk-full.follower",
  "rke-all-vms-lost.keys",
  "rke-image-store-lost",
];

describe.skipIf(none !== null)(`faults on containers${none === null ? "" : ` (${none})`}`, () => {
  test.for(DRILLS)("the fault of %s", async (id, context) => {
    if (typeof footing === "string") throw new Error(footing);
    const entry = catalogue().find((one) => one.id === folderOf(id));
    if (entry === undefined) throw new Error(`there is no scenario of ${id}`);
    const drill = { ...entry, id };
    const { system } = await loadDrill(drill);
    const programs = await systemProgramsOrSkip(context, system);
    const ownEngines = system.needs.includes("own-engines");
    const { image } = await footing.prepare({ progress: () => {}, signal: new AbortController().signal, ownEngines });
    const ground = { substrate: "docker", engine: footing.engine, image } as const;
    const assignment = { drill, plants: STUBBED_THEN_AS_IT_IS, programs, seed: 1, ground };
    expect(await isolatedFaults(assignment, footing.isolation)).toMatchObject(PROVEN);
  });
});
