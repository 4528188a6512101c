import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { seededRandom, systemClock, type RunContext } from "../core/index.ts";
import type { LedgerEntry, Recorder } from "../ledger/index.ts";
import type { Node } from "../substrate/index.ts";
import type { Attempt } from "../system/index.ts";
import { ACKNOWLEDGED, fakeCluster, healthyView } from "../system/fake-cluster.ts";
import { damagedWhileDown, type DamagedWhileDownOptions } from "./damaged-while-down.ts";
import type { ArmedFault } from "./fault.ts";

const NODES = ["n1", "n2", "n3"];
const [DAMAGED, LAST] = ["0000000000000002-0000000000000302", "0000000000000303-0000000000000603"];

let dir: string;
beforeEach(async () => void (dir = await mkdtemp(join(tmpdir(), "drillbook-damaged-"))));
afterEach(async () => rm(dir, { recursive: true }));

interface Armed {
  readonly armed: ArmedFault;
  /** What was done, in order; what stands in the folder when a process ends is part of it. */
  readonly log: readonly string[];
  readonly entries: readonly LedgerEntry[];
}

/** The data folder of a member: `dataDir` of the cluster in memory. */
function folder(node: string): string {
  return join(dir, node, "var/lib/etcd");
}

interface Options extends Partial<DamagedWhileDownOptions> {
  /** Called with each put, and how many there were. */
  readonly onPut?: (puts: number) => Promise<void>;
}

async function arm(options: Options, leader = "1"): Promise<Armed> {
  const log: string[] = [];
  const entries: LedgerEntry[] = [];
  const recorder: Recorder = {
    record: (entry) => {
      entries.push(entry);
      log.push(entry.kind === "fault" ? entry.event : entry.kind);
    },
    flush: () => undefined,
  };
  const machine = (node: string): Partial<Node> => ({
    homeDir: join(dir, node),
    signal: async (_process, signal, actor) => void log.push(`${signal} ${actor}`),
    start: async (_process, actor) => void log.push(`start ${actor}`),
    exited: async () => void log.push(`exited with ${(await readdir(folder(node))).length} files`),
  });
  const cluster = fakeCluster({
    nodes: NODES,
    machine,
    view: async (node) => Promise.resolve({ ...healthyView(node), leaderId: leader }),
    put: async (node, key): Promise<Attempt> => {
      log.push(`put ${node} ${key}`);
      await options.onPut?.(log.filter((line) => line.startsWith("put")).length);
      return node === "n1" ? { ...ACKNOWLEDGED, outcome: "unknown" } : ACKNOWLEDGED;
    },
  });
  for (const node of NODES) {
    await mkdir(folder(node), { recursive: true });
    for (const name of [DAMAGED, LAST]) await writeFile(join(folder(node), name), "x".repeat(100));
  }
  const run: RunContext = {
    runId: "r",
    clock: systemClock(),
    random: seededRandom(1),
    signal: new AbortController().signal,
    workDir: "",
    evidenceDir: "",
  };
  const fault = damagedWhileDown({
    target: "a-follower",
    damage: "closed-segment-missing",
    endsBy: "killed",
    filler: null,
    outlastsCopy: false,
    lasts: null,
    ...options,
  });
  const views = NODES.map((node) => healthyView(node));
  return { armed: await fault.arm({ cluster, run, recorder, views }), log, entries };
}

test("all members end, and then the files of the target are damaged", async () => {
  const { armed, entries, log } = await arm({});
  expect(log).toEqual(["armed"]);
  await armed.inject();
  expect(log.slice(1)).toEqual([
    "injecting",
    ...NODES.map(() => "SIGKILL fault"),
    ...NODES.map(() => "exited with 2 files"),
    "injected",
  ]);
  expect(armed.targets).toEqual(NODES);
  expect(armed.blastRadius.filter((line) => line.includes("is gone"))).toHaveLength(1);
  expect(entries[0]).toMatchObject({ targets: NODES, chosen: expect.stringContaining("a-follower") as string });
  await armed.witness.observe("after");
  expect(entries.filter(({ kind }) => kind === "witness")).toMatchObject([
    { sign: "closed-segment-is-gone", seen: true, detail: `${DAMAGED} of 2 (${DAMAGED}, ${LAST}): gone` },
    { sign: "target-processes-are-gone", seen: true },
  ]);
});

test("what is written before goes through a member that acknowledges", async () => {
  const { armed, log } = await arm({ filler: { writes: 3, valueBytes: 10 }, endsBy: "stopped" });
  await armed.inject();
  expect(log.filter((line) => line.startsWith("put"))).toEqual([
    "put n1 drillbook/fill/0",
    "put n2 drillbook/fill/0",
    "put n2 drillbook/fill/1",
    "put n2 drillbook/fill/2",
  ]);
  expect(log.indexOf("SIGTERM fault")).toBeGreaterThan(log.indexOf("put n2 drillbook/fill/2"));
});

test("one that ends by itself ends with the start of all members, the damaged one too", async () => {
  const { armed, log } = await arm({ lasts: { forMs: 5000 } });
  await armed.inject();
  const before = log.length;
  expect(armed.lasts?.forMs).toBe(5000);
  await armed.lasts?.lift();
  expect(log.slice(before)).toEqual(["lifting", ...NODES.map(() => "start fault"), "lifted"]);
  expect((await arm({})).armed.lasts).toBeNull();
});

test("nothing is touched when the target fits its word no more", async () => {
  const { armed, log } = await arm({ target: "leader" }, "2");
  await expect(armed.inject()).rejects.toThrow("nothing was touched");
  expect(log).toEqual(["armed"]);
});

test("more is written until no other member has a file that a copy would put in the place of the damaged one", async () => {
  const [target, cut] = ["n2", "0000000000000604-0000000000000900"];
  const { armed, log } = await arm({
    damage: "last-closed-segment-missing",
    filler: { writes: 3, valueBytes: 10 },
    outlastsCopy: true,
    // The first put after those that were asked for closes a segment, of the target alone.
    onPut: async (puts) => void (puts === 5 && (await writeFile(join(folder(target), cut), "x".repeat(100)))),
  });
  expect(armed.blastRadius.find((line) => line.includes("is gone"))).toMatch(/^n2/);
  await armed.inject();
  expect(log.filter((line) => line.startsWith("put n2"))).toHaveLength(3 + 300);
  expect(await readdir(folder(target))).toEqual([DAMAGED, LAST]);
  expect(await readdir(folder("n3"))).toEqual([DAMAGED, LAST]);
});

test("where all go on to cut their files alike nothing is touched, and the error says so", async () => {
  const { armed, log } = await arm({
    damage: "last-closed-segment-byte",
    filler: { writes: 3, valueBytes: 10 },
    outlastsCopy: true,
  });
  await expect(armed.inject()).rejects.toThrow(`n2 has ${LAST}, and n1 ${LAST}, however much was written`);
  expect(log.filter((line) => line.startsWith("SIG"))).toEqual([]);
});
