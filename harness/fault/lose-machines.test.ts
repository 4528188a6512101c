import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { seededRandom, systemClock, type RunContext } from "../core/index.ts";
import type { LedgerEntry, Recorder, WitnessEntry } from "../ledger/index.ts";
import type { Node } from "../substrate/index.ts";
import { fakeCluster, healthyView, silentView } from "../system/fake-cluster.ts";
import { loseDisks, loseMachines } from "./lose-machines.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "drillbook-loss-"));
});
afterEach(async () => rm(dir, { recursive: true, force: true }));

const NODES = ["n1", "n2", "n3"];

interface Armed {
  readonly log: string[];
  readonly entries: LedgerEntry[];
  readonly options: Parameters<ReturnType<typeof loseDisks>["arm"]>[0];
}

/** Machines that write down what is done to them; the members of `NODES` answer, `n4` is a spare. */
function setting(more: Partial<Node> = {}, onOwnDisk: readonly string[] = []): Armed {
  const log: string[] = [];
  const entries: LedgerEntry[] = [];
  const recorder: Recorder = {
    record: (entry) => {
      entries.push(entry);
      if (entry.kind === "fault") log.push(entry.event);
    },
    flush: () => undefined,
  };
  const run: RunContext = {
    runId: "r",
    clock: systemClock(),
    random: seededRandom(1),
    signal: new AbortController().signal,
    workDir: "",
    evidenceDir: "",
  };
  const machine: Partial<Node> = {
    homeDir: dir,
    signal: async (process, signal, actor) => void log.push(`${signal} ${process} ${actor}`),
    exited: async () => void log.push("exited"),
    remove: async (path) => void log.push(`remove ${path}`),
    deleteMachine: async (actor) => void log.push(`delete ${actor}`),
    installMachine: async () => void log.push("install"),
    engine: () => null,
    ownDisk: () => null,
    ...more,
  };
  const cluster = fakeCluster({ nodes: [...NODES, "n4"], machine, onOwnDisk });
  const views = [...NODES.map((node) => healthyView(node)), silentView("n4")];
  return { log, entries, options: { cluster, run, recorder, views } };
}

describe("what is lost", () => {
  test("disks: all processes are killed before the first folder goes", async () => {
    const { log, options } = setting();
    await using armed = await loseDisks({ targets: "all" }).arm(options);
    expect(armed.targets).toEqual(NODES);
    await armed.inject();
    expect(log.slice(0, 2)).toEqual(["armed", "injecting"]);
    expect(log.slice(2, 5)).toEqual(Array.from(NODES, () => "SIGKILL etcd fault"));
    expect(log.filter((line) => line === "remove var/lib/etcd")).toHaveLength(3);
    expect(log.at(-1)).toBe("injected");
  });

  test("machines: each is deleted and a new one stands in its place; a spare is never hit", async () => {
    const { log, options } = setting();
    await using armed = await loseMachines({ targets: "majority" }).arm(options);
    expect(armed.targets).toHaveLength(2);
    expect(NODES).toEqual(expect.arrayContaining([...armed.targets]));
    await armed.inject();
    expect(log.filter((line) => line === "delete fault")).toHaveLength(2);
    expect(log.filter((line) => line === "install")).toHaveLength(2);
  });
});

describe("the witness", () => {
  const seenOf = async (
    fault: ReturnType<typeof loseDisks>,
    sign: string,
    disk: Partial<Node> = {},
    onOwnDisk: readonly string[] = [],
  ): Promise<boolean | null | undefined> => {
    const { entries, options } = setting(disk, onOwnDisk);
    await using armed = await fault.arm(options);
    await armed.witness.observe("after");
    return entries.find((one): one is WitnessEntry => one.kind === "witness" && one.sign === sign)?.seen;
  };
  const disks = loseDisks({ targets: "all" });
  const machines = loseMachines({ targets: "all" });

  test("of a deleted machine nothing can be started; one without its disk has its start file", () => {
    expect(machines.nothingToStart).toContain("machines that are gone");
    expect(disks.nothingToStart).toBeUndefined();
  });

  test("looks for the folders itself", async () => {
    expect(await seenOf(disks, "target-data-folders-are-gone")).toBe(true);
    await mkdir(join(dir, "var/lib/etcd"), { recursive: true });
    expect(await seenOf(disks, "target-data-folders-are-gone")).toBe(false);
  });

  test("takes a machine for new only when it holds nothing but programs", async () => {
    expect(await seenOf(machines, "target-machines-hold-programs-only")).toBe(false);
    await mkdir(join(dir, "bin"));
    await writeFile(join(dir, ".hidden"), "");
    expect(await seenOf(machines, "target-machines-hold-programs-only")).toBe(true);
    await mkdir(join(dir, "var/snap"), { recursive: true });
    expect(await seenOf(machines, "target-machines-hold-programs-only")).toBe(true);
    await writeFile(join(dir, "var/snap/info.yaml"), "");
    expect(await seenOf(machines, "target-machines-hold-programs-only")).toBe(false);
    await rm(join(dir, "var/snap/info.yaml"));
    await mkdir(join(dir, "var/lib/etcd"), { recursive: true });
    expect(await seenOf(machines, "target-machines-hold-programs-only")).toBe(false);
  });

  test("takes it for new only when the data are not on its own disk either, which its home folder does not show", async () => {
    await mkdir(join(dir, "bin"));
    const own = await mkdtemp(join(tmpdir(), "drillbook-own-"));
    const seen = async (): Promise<boolean | null | undefined> =>
      seenOf(machines, "target-machines-hold-programs-only", { ownDisk: () => own });
    try {
      expect(await seen()).toBe(true);
      await mkdir(join(own, "var/lib/etcd"), { recursive: true });
      expect(await seen()).toBe(false);
    } finally {
      await rm(own, { recursive: true });
    }
  });

  test("takes it for new only when nothing else of the cluster is on its own disk either", async () => {
    await mkdir(join(dir, "bin"));
    await mkdir(join(dir, ".own"));
    const seen = async (ownDisk: string | null): Promise<boolean | null | undefined> =>
      seenOf(machines, "target-machines-hold-programs-only", { ownDisk: () => ownDisk }, ["opt/rke"]);
    expect(await seen(join(dir, ".own"))).toBe(true);
    expect(await seen(null)).toBeNull();
    await mkdir(join(dir, ".own/opt/rke"), { recursive: true });
    expect(await seen(join(dir, ".own"))).toBe(false);
  });

  test.each<[string, string | null, boolean | null]>([
    ["lists no container", "[]", true],
    ["lists one", `[{"Id": "c1"}]`, false],
    ["cannot say", null, null],
  ])("of a machine whose engine %s it says so", async (_what, answer, seen) => {
    await mkdir(join(dir, "bin"));
    const asked: string[] = [];
    const server = createServer(({ url = "" }, response) => {
      asked.push(url);
      response.writeHead(answer === null ? 500 : 200).end(answer ?? "out of order");
    });
    await new Promise<void>((resolve) => void server.listen(join(dir, ".socket"), resolve));
    try {
      const engine = { client: "false", host: `unix://${dir}/.socket` };
      expect(await seenOf(machines, "target-machines-hold-programs-only", { engine: () => engine })).toBe(seen);
      expect(asked).toContain("/containers/json?all=true");
    } finally {
      server.close();
    }
  });

  test("cannot look at a home folder that is not there", async () => {
    await rm(dir, { recursive: true });
    expect(await seenOf(machines, "target-machines-hold-programs-only")).toBeNull();
  });

  test("finds no process, and does not say that nobody listens where it could not ask", async () => {
    expect(await seenOf(disks, "target-processes-are-gone")).toBe(true);
    expect(await seenOf(disks, "nobody-listens-at-the-targets")).not.toBe(false);
  });
});
