import { describe, expect, it } from "vitest";
import { memoryWorld, type MemoryPlant, type MemoryWorld } from "../../fixtures/in-memory/cluster.ts";
import { seededRandom, type RunContext } from "../core/index.ts";
import { manualClock, type ManualClock } from "../core/manual-clock.ts";
import type { LeaseEntry, LedgerEntry } from "../ledger/index.ts";
import type { Cluster } from "../system/index.ts";
import { LEASE_PREFIX, startLeases, type LeaseHolders } from "./leases.ts";

interface Begun {
  readonly clock: ManualClock;
  readonly world: MemoryWorld;
  readonly cluster: Cluster;
  readonly leases: LeaseHolders;
  readonly entries: LedgerEntry[];
  /** The calls so far, of one kind of lease. */
  calls(purpose: LeaseEntry["purpose"]): readonly LeaseEntry[];
}

/** How long each member takes for each call of a lease, in milliseconds; left out: none. */
type Delays = Readonly<Record<string, number>>;

async function begin(plant: MemoryPlant = {}, delaysMs: Delays = {}): Promise<Begun> {
  const clock = manualClock();
  const run: RunContext = {
    runId: "run",
    clock,
    random: seededRandom(7),
    signal: new AbortController().signal,
    workDir: "/nowhere",
    evidenceDir: "/nowhere",
  };
  const entries: LedgerEntry[] = [];
  const recorder = { record: (entry: LedgerEntry): void => void entries.push(entry), flush: (): void => undefined };
  const world = memoryWorld(run, plant);
  const cluster = await world.system.provision({ substrate: world.substrate, run, recorder, programs: {} });
  const leases = startLeases({ cluster: delayed(cluster, clock, delaysMs), run, recorder, timeoutMs: 500 });
  const calls: Begun["calls"] = (purpose) =>
    entries.filter((one): one is LeaseEntry => one.kind === "lease" && one.purpose === purpose);
  return { clock, world, cluster, leases, entries, calls };
}

/** The cluster, whose members take their time for the calls of leases. */
function delayed(cluster: Cluster, clock: ManualClock, delaysMs: Delays): Cluster {
  const open = cluster.openLeaseClient;
  if (open === null) return cluster;
  return {
    ...cluster,
    openLeaseClient: (node, options) => {
      const client = open(node, options);
      const late = async (): Promise<void> => clock.sleep(delaysMs[node] ?? 0);
      return {
        ...client,
        grant: async (...of) => late().then(async () => client.grant(...of)),
        attach: async (...of) => late().then(async () => client.attach(...of)),
        timeToLive: async (...of) => late().then(async () => client.timeToLive(...of)),
      };
    },
  };
}

/** Moves the clock on until it is done. */
async function passing(clock: ManualClock, work: Promise<void>): Promise<void> {
  let done = false;
  const ended = work.finally(() => {
    done = true;
  });
  while (!done) await clock.advance(100);
  await ended;
}

describe("startLeases", () => {
  it("keeps one alive through each member, and at every instant has one left alone that is in its time", async () => {
    const { clock, world, cluster, leases, calls } = await begin();
    for (let ms = 0; ms < 20_000; ms += 100) await clock.advance(100);
    const kept = calls("kept");
    expect(new Set(kept.filter((one) => one.act === "grant").map((one) => one.node))).toEqual(
      new Set(["n1", "n2", "n3"]),
    );
    expect(kept.filter((one) => one.act === "grant")).toHaveLength(3);
    expect(kept.filter((one) => one.act === "keep-alive" && one.alive !== true)).toEqual([]);
    const left = calls("abandoned").filter((one) => one.act === "grant");
    const uncovered = left.filter((one, index) => {
      const next = left[index + 1];
      return next !== undefined && next.atMs >= one.sentAtMs + (one.ttlMs ?? 0);
    });
    expect(left.length).toBeGreaterThan(10);
    expect(uncovered).toEqual([]);
    expect(calls("abandoned").filter((one) => one.act === "look" && one.alive === true).length).toBeGreaterThan(10);
    const held = world.store.held("n1", LEASE_PREFIX).map((one) => one.key);
    expect(held.filter((key) => key.includes("/kept/"))).toHaveLength(3);
    expect(held.length).toBeLessThan(7);
    await passing(clock, leases.stop());
    await cluster[Symbol.asyncDispose]();
  });

  it("has one with a key and in its time at every instant though members are slow, each in its own way", async () => {
    const { clock, cluster, leases, calls } = await begin({}, { n1: 40, n2: 350, n3: 160 });
    const lastMs = 60_000;
    for (let ms = 0; ms < lastMs; ms += 50) await clock.advance(50);
    const left = calls("abandoned");
    const spans = left
      .filter((one) => one.act === "attach" && one.outcome === "acknowledged")
      .map((attach) => {
        const grant = left.find((one) => one.act === "grant" && one.lease === attach.lease);
        return { fromMs: attach.atMs, toMs: (grant?.sentAtMs ?? 0) + (grant?.ttlMs ?? 0) };
      });
    const uncovered: number[] = [];
    for (let ms = 3000; ms < lastMs; ms += 50)
      if (!spans.some(({ fromMs, toMs }) => fromMs <= ms && ms < toMs)) uncovered.push(ms);
    expect(uncovered).toEqual([]);
    await passing(clock, leases.stop());
    await cluster[Symbol.asyncDispose]();
  });

  it("looks at those that were left alone until they are gone", async () => {
    const { clock, leases, cluster } = await begin();
    for (let ms = 0; ms < 5000; ms += 100) await clock.advance(100);
    await passing(clock, leases.stopAbandoning());
    expect(await leases.lookAtAbandoned()).toBeGreaterThan(0);
    for (let ms = 0; ms < 2500; ms += 100) await clock.advance(100);
    expect(await leases.lookAtAbandoned()).toBe(0);
    await passing(clock, leases.stop());
    await cluster[Symbol.asyncDispose]();
  });

  it("says how many may still be there when they never end", async () => {
    const { clock, leases, cluster, world } = await begin();
    world.leases.defect = "never-end";
    for (let ms = 0; ms < 5000; ms += 100) await clock.advance(100);
    await passing(clock, leases.stopAbandoning());
    for (let ms = 0; ms < 9000; ms += 100) await clock.advance(100);
    expect(await leases.lookAtAbandoned()).toBe(6);
    await passing(clock, leases.stop());
    await cluster[Symbol.asyncDispose]();
  });

  it("grants another where it is told that the kept one is gone, and records what nobody answers", async () => {
    const { clock, leases, cluster, world, calls } = await begin();
    for (let ms = 0; ms < 2000; ms += 100) await clock.advance(100);
    for (const node of ["n2", "n3"]) world.store.member(node).up = false;
    for (let ms = 0; ms < 4000; ms += 100) await clock.advance(100);
    expect(calls("kept").some((one) => one.node === "n1" && one.outcome === "unknown")).toBe(true);
    expect(calls("kept").some((one) => one.node === "n2" && one.outcome === "refused")).toBe(true);
    const first = calls("kept").find((one) => one.act === "grant" && one.node === "n1");
    for (const node of ["n2", "n3"]) {
      world.store.overwrite(node, world.store.member("n1"));
      world.store.member(node).up = true;
    }
    world.store.commit(`memory/lease/${first?.lease ?? ""}`, null);
    for (let ms = 0; ms < 6000; ms += 100) await clock.advance(100);
    const gone = calls("kept").find((one) => one.node === "n1" && one.alive === false);
    expect(gone?.lease).toBe(first?.lease);
    expect(calls("kept").findLast((one) => one.act === "grant" && one.node === "n1")).toMatchObject({ alive: true });
    expect(calls("kept").filter((one) => one.act === "grant" && one.node === "n1")).toHaveLength(2);
    await passing(clock, leases.stop());
    await cluster[Symbol.asyncDispose]();
  });

  it("says that there are no leases where the system has none", async () => {
    const { leases, entries } = await begin({ leases: "none" });
    await leases.stopAbandoning();
    expect(await leases.lookAtAbandoned()).toBe(0);
    await Promise.all([leases.stop(), leases.stop()]);
    await leases[Symbol.asyncDispose]();
    expect(entries.filter((one) => one.kind === "absent")).toMatchObject([{ what: "leases" }]);
    expect(entries.filter((one) => one.kind === "lease")).toEqual([]);
  });
});
