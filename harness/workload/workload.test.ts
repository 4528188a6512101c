import { describe, expect, it } from "vitest";
import { memoryWorld } from "../../fixtures/in-memory/cluster.ts";
import { seededRandom, type RunContext } from "../core/index.ts";
import { driveToEnd, manualClock, type ManualClock } from "../core/manual-clock.ts";
import { isFirstOfRequest, type LedgerEntry, type OperationEntry, type WorkloadPlan } from "../ledger/index.ts";
import { hashValue, type Cluster, type StoreClient } from "../system/index.ts";
import { startWorkload, type Workload } from "./workload.ts";

const PLAN: WorkloadPlan = {
  writesPerSecond: 100,
  readsPerSecond: 20,
  timeoutMs: 1000,
  clients: 6,
  adequacy: { windowMs: 5000, acknowledgedShare: 0.9, lastWriteWithinMs: 50 },
};

async function begin(change: (client: StoreClient) => StoreClient = (client) => client): Promise<{
  clock: ManualClock;
  world: ReturnType<typeof memoryWorld>;
  workload: Workload;
  entries: LedgerEntry[];
}> {
  const clock = manualClock();
  // As of a real clock, no two looks at it tell the same.
  let looks = 0;
  const moving = { ...clock, nowMs: (): number => clock.nowMs() + ++looks * 1e-6 };
  const run: RunContext = {
    runId: "run",
    clock: moving,
    random: seededRandom(7),
    signal: new AbortController().signal,
    workDir: "/nowhere",
    evidenceDir: "/nowhere",
  };
  const entries: LedgerEntry[] = [];
  const recorder = { record: (entry: LedgerEntry): void => void entries.push(entry), flush: (): void => undefined };
  const world = memoryWorld(run);
  const sound = await world.system.provision({ substrate: world.substrate, run, recorder, programs: {} });
  const cluster: Cluster = { ...sound, openClient: (node, options) => change(sound.openClient(node, options)) };
  return {
    clock,
    world,
    workload: startWorkload({ cluster, plan: PLAN, store: { lacks: {} }, run, recorder }),
    entries,
  };
}

const writesOf = (entries: readonly LedgerEntry[]): readonly OperationEntry[] =>
  entries.filter((entry): entry is OperationEntry => entry.kind === "operation" && entry.op !== "get");

/** What the parts of one transaction do not share. */
const differing = ({ id, op, key, valueHash }: OperationEntry): Partial<OperationEntry> => ({ id, op, key, valueHash });

describe("startWorkload", () => {
  it("keeps its schedule while no member answers", async () => {
    const { clock, world, workload, entries } = await begin();
    await clock.advance(1000);
    world.store.destroy("n2");
    world.store.destroy("n3");
    await clock.advance(5000);
    const stopped = workload.stop();
    await clock.advance(PLAN.timeoutMs);
    await stopped;
    const writes = writesOf(entries);
    expect(writes.filter(isFirstOfRequest).length).toBe(601);
    expect(writes.filter((write) => write.sentAtMs - write.scheduledAtMs > 1)).toEqual([]);
    expect(new Set(writes.map((write) => write.outcome))).toEqual(new Set(["acknowledged", "refused", "unknown"]));
  });

  it("records every operation that it sent, and its own count of them", async () => {
    const { clock, workload, entries } = await begin();
    await clock.advance(2000);
    await workload.stop();
    const operations = entries.filter((entry) => entry.kind === "operation");
    expect(entries.at(-1)).toMatchObject({ kind: "workload-stopped", sent: operations.length, skippedTicks: 0 });
    expect(new Set(operations.map((operation) => operation.id)).size).toBe(operations.length);
  });

  it("writes each key from one client only, one operation after the other", async () => {
    const { clock, workload, entries } = await begin();
    await clock.advance(3000);
    await workload.stop();
    const last = new Map<string, OperationEntry>();
    for (const write of writesOf(entries)) {
      const before = last.get(write.key);
      if (before !== undefined) {
        expect(write.client).toBe(before.client);
        expect(write.sentAtMs).toBeGreaterThanOrEqual(before.atMs);
      }
      last.set(write.key, write);
    }
  });

  it("sends transactions, and records each of their keys with their one answer", async () => {
    const { clock, world, workload, entries } = await begin();
    await clock.advance(3000);
    await workload.stop();
    const parts = writesOf(entries).filter((write) => write.transaction !== null);
    const transactions = [...Map.groupBy(parts, (write) => write.transaction).values()];
    expect(transactions.filter((one) => one.length > 1).length).toBeGreaterThan(10);
    expect(transactions.filter((one) => one.length === 1).length).toBeGreaterThan(3);
    for (const [first, ...others] of transactions) {
      expect(first?.transaction).toBe(first?.id);
      expect(first?.outcome).toBe("acknowledged");
      for (const other of others) expect({ ...first, ...differing(other) }).toEqual(other);
    }
    const puts = parts.filter((part) => part.op === "put");
    const stillThere = puts.filter(
      (put) => world.store.member("n1").held.get(put.key)?.revision === Number(put.revision),
    );
    expect(stillThere.length).toBeGreaterThan(10);
  });

  it("records a condition that did not hold as refused writes, and what was found instead as a read", async () => {
    const { clock, world, workload, entries } = await begin();
    await clock.advance(1000);
    // Somebody else changes every key, so that no client knows the revisions any more.
    const keys = [...world.store.member("n1").held.keys()].filter((key) => key.startsWith("drillbook/key/"));
    for (const key of keys) world.store.commit(key, "another's");
    await clock.advance(3000);
    await workload.stop();
    const operations = entries.filter((entry): entry is OperationEntry => entry.kind === "operation");
    const failed = operations.filter((one) => one.reason === "compare-failed");
    expect(failed.length).toBeGreaterThan(0);
    for (const one of failed) {
      expect(one).toMatchObject({ op: "put", outcome: "refused", revision: null, transaction: one.id });
      const found = operations.filter((other) => other.op === "get" && other.transaction === one.id);
      expect(found).toMatchObject([
        { key: one.key, outcome: "acknowledged", valueHash: hashValue("another's"), sentAtMs: one.sentAtMs },
      ]);
    }
    expect(new Set(operations.map((one) => one.id)).size).toBe(operations.length);
    expect(entries.at(-1)).toMatchObject({ kind: "workload-stopped", sent: operations.length });
  });

  it("reads keys that others write through other members, and its own", async () => {
    const { clock, workload, entries } = await begin();
    await clock.advance(5000);
    await workload.stop();
    const operations = entries.filter((entry): entry is OperationEntry => entry.kind === "operation");
    const writers = new Map(operations.flatMap((one) => (one.op === "get" ? [] : [[one.key, one]])));
    const reads = operations.filter((one) => one.op === "get");
    const foreign = reads.filter((one) => writers.get(one.key)?.node !== one.node);
    expect(foreign.length).toBeGreaterThan(reads.length / 3);
    expect(foreign.length).toBeLessThan(reads.length);
  });

  it("stops once, however often it is told to", async () => {
    const { clock, workload, entries } = await begin();
    await clock.advance(100);
    await Promise.all([workload.stop(), workload.stop()]);
    await workload[Symbol.asyncDispose]();
    expect(entries.filter((entry) => entry.kind === "workload-stopped")).toHaveLength(1);
  });

  it("tells of an operation that failed by a defect when it is stopped, instead of only missing it", async () => {
    const { clock, world, workload, entries } = await begin();
    world.store.commit = () => {
      throw new Error("planted: a client that throws");
    };
    await clock.advance(100);
    await expect(workload.stop()).rejects.toThrow("planted: a client that throws");
    await workload[Symbol.asyncDispose]();
    expect(entries.filter((entry) => entry.kind === "workload-stopped")).toEqual([]);
  });

  it.each(["is never answered", "has a client that is never closed"])(
    "tells of an operation that %s when it is stopped, instead of waiting for it",
    async (what) => {
      const never = new Promise<never>(() => undefined);
      const { clock, workload, entries } = await begin((client) =>
        what === "is never answered"
          ? { ...client, put: async () => never }
          : { ...client, [Symbol.asyncDispose]: async () => never },
      );
      await clock.advance(100);
      const told = what === "is never answered" ? "were still under way 6.00 s after" : "could not be closed";
      expect(
        await driveToEnd(
          clock,
          workload.stop().then(() => "in silence", String),
        ),
      ).toContain(told);
      await workload[Symbol.asyncDispose]();
      expect(entries.filter((entry) => entry.kind === "workload-stopped")).toEqual([]);
    },
  );
});
