import { describe, expect, it } from "vitest";
import { memoryWorld, type MemoryWorld } from "../../fixtures/in-memory/cluster.ts";
import { withLeaseObjects } from "../../fixtures/in-memory/lease-objects.ts";
import { seededRandom, type RunContext } from "../core/index.ts";
import { manualClock, type ManualClock } from "../core/manual-clock.ts";
import type { LeaseObjectEntry, LedgerEntry } from "../ledger/index.ts";
import { LEASE_OBJECT_PREFIX, startCandidates, type Candidates } from "./candidates.ts";

interface Begun {
  readonly world: MemoryWorld;
  readonly candidates: Candidates;
  readonly entries: LedgerEntry[];
  /** The calls so far about the one Lease, or about those that are given up. */
  calls(of: "held" | "given-up"): readonly LeaseObjectEntry[];
  passMs(ms: number): Promise<void>;
  end(): Promise<void>;
}

async function begin(record: readonly LedgerEntry[] = []): Promise<Begun> {
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
  const world = memoryWorld(run);
  const system = withLeaseObjects(world.system, world);
  const cluster = await system.provision({ substrate: world.substrate, run, recorder, programs: {} });
  const candidates = startCandidates({ cluster, run, recorder, record, timeoutMs: 500 });
  return {
    world,
    candidates,
    entries,
    calls: (of) =>
      entries.filter(
        (one): one is LeaseObjectEntry => one.kind === "lease-object" && one.name.startsWith(LEASE_OBJECT_PREFIX + of),
      ),
    passMs: async (ms) => {
      for (let passed = 0; passed < ms; passed += 100) await clock.advance(100);
    },
    end: async () => {
      await passing(clock, candidates.stop());
      await cluster[Symbol.asyncDispose]();
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

const isTold = (one: LeaseObjectEntry): boolean => one.outcome === "acknowledged" && one.act !== "read";

describe("startCandidates", () => {
  it("has one holder a term, who renews it and gives it up, and every candidate in turn", async () => {
    const { calls, end, passMs } = await begin();
    await passMs(30_000);
    const told = calls("held").filter(isTold);
    const terms = Map.groupBy(told, (one) => one.term);
    expect([...terms.keys()]).toEqual(Array.from({ length: terms.size }, (_, index) => index));
    expect(terms.size).toBeGreaterThan(5);
    for (const own of [...terms.values()].slice(0, -1)) {
      expect(own.map(({ act }) => act)).toEqual(["acquire", "renew", "renew", "release"]);
      expect(new Set(own.map(({ candidate }) => candidate)).size).toBe(1);
      expect(own.map(({ holder }) => holder)).toEqual([own[0]?.candidate, own[0]?.candidate, own[0]?.candidate, null]);
    }
    expect(new Set(told.map(({ candidate }) => candidate)).size).toBe(3);
    await end();
  });

  it("gives up one after the other for good, each under a name of its own, and counts on from a record", async () => {
    const first = await begin();
    await first.passMs(10_000);
    const told = first.calls("given-up");
    expect(told.length).toBeGreaterThan(15);
    for (const own of Map.groupBy(told, (one) => one.name).values())
      expect(own.map(({ act, outcome }) => [act, outcome])).toEqual([
        ["acquire", "acknowledged"],
        ["release", "acknowledged"],
      ]);
    await first.end();
    const again = await begin(first.entries);
    await again.passMs(4000);
    const before = new Set(told.map(({ name }) => name));
    expect(again.calls("given-up").filter(({ name }) => before.has(name))).toEqual([]);
    expect(again.calls("given-up").length).toBeGreaterThan(0);
    await again.end();
  });

  it("takes from a holder that is silent only when its time is over, and in the next term", async () => {
    const { calls, end, passMs, world } = await begin();
    await passMs(1500);
    const holder = calls("held").find(isTold)?.candidate ?? "";
    const last = calls("held").findLast(isTold);
    world.store.member(holder.replace("candidate-", "")).up = false;
    await passMs(5500);
    const next = calls("held").find((one) => isTold(one) && one.candidate !== holder);
    expect(next).toMatchObject({ act: "acquire", term: (last?.term ?? 0) + 1 });
    expect(next?.sentAtMs).toBeGreaterThanOrEqual((last?.sentAtMs ?? Infinity) + (last?.ttlMs ?? 0));
    await end();
  });

  it("records what nobody answers, and looks who holds it before anybody goes on", async () => {
    const { calls, end, passMs, world } = await begin();
    await passMs(1500);
    for (const node of ["n2", "n3"]) world.store.member(node).up = false;
    await passMs(4000);
    expect(calls("held").some((one) => one.node === "n1" && one.outcome === "unknown")).toBe(true);
    expect(calls("held").some((one) => one.node === "n2" && one.outcome === "refused")).toBe(true);
    const before = calls("held").length;
    for (const node of ["n2", "n3"]) {
      world.store.overwrite(node, world.store.member("n1"));
      world.store.member(node).up = true;
    }
    await passMs(5000);
    const after = calls("held").slice(before);
    for (const own of Map.groupBy(after, (one) => one.candidate).values())
      expect(own.find((one) => one.outcome === "acknowledged")?.act).toBe("read");
    expect(after.some(isTold)).toBe(true);
    await end();
  });
});

it("a system without Lease objects has no candidates", async () => {
  const { candidates, end, entries, world } = await begin();
  await end();
  await candidates[Symbol.asyncDispose]();
  const before = entries.length;
  const run: RunContext = { ...world.run };
  const cluster = await world.system.provision({
    substrate: world.substrate,
    run,
    recorder: { record: () => undefined, flush: () => undefined },
    programs: {},
  });
  const none = startCandidates({
    cluster,
    run,
    recorder: { record: (entry) => void entries.push(entry), flush: () => undefined },
    timeoutMs: 500,
  });
  await none.stop();
  expect(entries.slice(before)).toEqual([]);
  await cluster[Symbol.asyncDispose]();
});
