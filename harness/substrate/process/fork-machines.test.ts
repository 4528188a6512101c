import { appendFile, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { scratchRun, type ScratchRun } from "../../../fixtures/substrate/scratch-run.ts";
import type { MachineDigests, MachinesCopy, Node } from "../index.ts";
import { bringMachinesBack, digestMachines } from "./copy-machines.ts";
import { openProcessSubstrate } from "./open.ts";

/** Writes a line into a file again and again; tells where it runs. */
const WRITER = 'mkdir -p data; pwd >data/where; while :; do echo "$((++n))" >>data/count; done';

const manifest = (command: readonly string[]): string =>
  JSON.stringify({ spec: { containers: [{ name: "main", command }] } });

/** Two nodes, of which one has a process that writes without end, and a workstation. */
async function origin(scratch: ScratchRun) {
  const substrate = await openProcessSubstrate(scratch);
  const [n1, n2] = [
    await substrate.createNode({ name: "n1", programs: {}, ports: { client: 2379 } }),
    await substrate.createNode({ name: "n2", programs: {}, ports: { client: 2379 } }),
  ];
  const workstation = await substrate.createWorkstation({ name: "workstation", programs: {} });
  n1.environment["MANIFEST"] = `${n1.homeDir}/manifests/writer.yaml`;
  for (const node of [n1, n2]) await node.writeFile("manifests/writer.yaml", manifest(["bash", "-c", WRITER]));
  await n2.writeFile("data/old", "what is lost");
  await n2.setAside("data", "lost-data");
  await n1.start("writer", "harness");
  while (!(await n1.exists("data/count"))) await scratch.run.clock.sleep(1);
  return { substrate, n1, n2, workstation };
}

interface Copied {
  readonly copy: MachinesCopy;
  readonly digests: MachineDigests;
  /** What the origin did, as its record tells. */
  readonly story: readonly string[];
  readonly countAtInstant: string;
}

/** Copies the machines of an origin, which goes on for a while and is then taken down. */
async function copied(scratch: ScratchRun): Promise<Copied> {
  const { substrate, n1 } = await origin(scratch);
  await using _disposed = substrate;
  let countAtInstant = "";
  const folder = join(scratch.run.evidenceDir, "fork-point");
  const instant = Promise.withResolvers<void>();
  const reading = instant.promise.then(async () => (countAtInstant = await n1.readFile("data/count")));
  const copy = await substrate.copyMachines(folder, () => instant.resolve());
  await reading;
  while ((await n1.readFile("data/count")).length === countAtInstant.length) await scratch.run.clock.sleep(1);
  return { copy, digests: await digestMachines(folder), story: scratch.story(), countAtInstant };
}

/** Another run, whose machines are seen in the folder of the first. */
function forkOf(scratch: ScratchRun, { run }: ScratchRun): ScratchRun {
  return { ...scratch, run: { ...scratch.run, workDir: run.workDir } };
}

describe("a copy of the machines", () => {
  it("is of one instant, at which everything stands still, and then goes on", async () => {
    await using scratch = scratchRun();
    const { copy, story, countAtInstant } = await copied(scratch);
    expect(await readFile(join(copy.folder, "nodes/n1/data/count"), "utf8")).toBe(countAtInstant);
    expect(story).toEqual([
      "started n1/writer by harness",
      "signalled n1/writer SIGSTOP by fork",
      "signalled n1/writer SIGCONT by fork",
    ]);
    expect(copy.running).toEqual([{ node: "n1", process: "writer" }]);
    expect(copy.stoodStillMs).toBeGreaterThan(0);
    expect(copy.machines.map(({ name }) => name)).toEqual(["n1", "n2", "workstation"]);
  });

  it("gives every fork the same bytes, addresses and variables, at the same paths", async () => {
    await using scratch = scratchRun();
    const { copy, digests, countAtInstant } = await copied(scratch);
    for (const again of [1, 2]) {
      await using own = scratchRun();
      const fork = forkOf(own, scratch);
      await bringMachinesBack(copy, digests, fork.run);
      expect(await digestMachines(fork.run.workDir), `fork ${again}`).toEqual(digests);
      await using substrate = await openProcessSubstrate({ ...fork, copy });
      const [n1, n2] = await Promise.all(
        ["n1", "n2"].map((name) => substrate.createNode({ name, programs: {}, ports: { client: 2379 } })),
      );
      const place = ({ address, port }: Node): object => ({ address, ports: { client: port("client") } });
      expect([n1, n2].map((node) => node && place(node))).toEqual(copy.machines.slice(0, 2).map((one) => one.address));
      expect(n1?.environment["MANIFEST"]).toBe(`${n1?.homeDir}/manifests/writer.yaml`);
      await n1?.start("writer", "fork");
      while ((await n1?.readFile("data/count"))?.length === countAtInstant.length) await own.run.clock.sleep(1);
      expect(await n1?.readFile("data/where")).toBe(`${n1?.homeDir}\n`);
      await n2?.bringBack("lost-data", "data");
      expect(await n2?.readFile("data/old")).toBe("what is lost");
      expect(own.story()).toEqual(["started n1/writer by fork"]);
    }
  });

  it("is not brought back when something of it is missing or has changed", async () => {
    await using scratch = scratchRun();
    const { copy, digests } = await copied(scratch);
    await appendFile(join(copy.folder, "nodes/n1/data/count"), "1");
    await rm(join(copy.folder, "nodes/n2"), { recursive: true });
    await using own = scratchRun();
    await expect(bringMachinesBack(copy, digests, own.run)).rejects.toThrow(/n1 is not what was copied, n2 is missing/);
  });

  it("is not made of a process that stands still already, or that nobody supervises", async () => {
    await using scratch = scratchRun();
    const { substrate, n1 } = await origin(scratch);
    await using _disposed = substrate;
    const folder = join(scratch.run.evidenceDir, "fork-point");
    await n1.signal("writer", "SIGSTOP", "fault");
    await expect(substrate.copyMachines(folder, () => undefined)).rejects.toThrow(/n1\/writer is paused/);
    await n1.signal("writer", "SIGCONT", "fault");
    await using shell = await n1.openSession({});
    const patient = { timeoutMs: 10_000, signal: scratch.run.signal, output: () => undefined };
    await shell.run("sleep 100000 &", patient);
    await expect(substrate.copyMachines(folder, () => undefined)).rejects.toThrow(/nobody supervises/);
    expect(scratch.story().filter((line) => line.endsWith("fork"))).toEqual([]);
  });
});
