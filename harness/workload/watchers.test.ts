import { describe, expect, it } from "vitest";
import { memoryWorld, type MemoryPlant, type MemoryWorld } from "../../fixtures/in-memory/cluster.ts";
import { seededRandom, type RunContext } from "../core/index.ts";
import { manualClock, type ManualClock } from "../core/manual-clock.ts";
import type { LedgerEntry, WatchEvent } from "../ledger/index.ts";
import { startWatchers, type Watchers } from "./watchers.ts";

interface Begun {
  readonly clock: ManualClock;
  readonly world: MemoryWorld;
  readonly watchers: Watchers;
  readonly entries: LedgerEntry[];
}

async function begin(plant: MemoryPlant = {}): Promise<Begun> {
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
  const watchers = startWatchers({ cluster, run, recorder });
  await clock.advance(10);
  return { clock, world, watchers, entries };
}

const eventsOf = (entries: readonly LedgerEntry[], watcher: string): readonly WatchEvent[] =>
  entries.flatMap((one) => (one.kind === "watch-events" && one.watcher === watcher ? one.events : []));

describe("startWatchers", () => {
  it("records what each member tells of the workload's keys, and its own count", async () => {
    const { clock, world, watchers, entries } = await begin();
    world.store.commit("drillbook/key/a", "1");
    world.store.commit("drillbook/probe/n1", "1");
    world.store.commit("drillbook/key/a", null);
    await clock.advance(10);
    await watchers.stop();
    for (const node of ["n1", "n2", "n3"]) {
      expect(eventsOf(entries, `watcher-${node}`)).toEqual([
        { op: "put", key: "drillbook/key/a", revision: "2" },
        { op: "delete", key: "drillbook/key/a", revision: "4" },
      ]);
    }
    expect(entries.filter((one) => one.kind === "watcher-stopped")).toMatchObject(
      ["n1", "n2", "n3"].map((node) => ({ node, attempts: 1, events: 2 })),
    );
    expect(entries.filter((one) => one.kind === "watch-end").map((one) => one.how)).toEqual([
      "ended",
      "ended",
      "ended",
    ]);
  });

  it("opens again after the last revision that it saw, and records every attempt", async () => {
    const { clock, world, watchers, entries } = await begin();
    const last = world.store.commit("drillbook/key/a", "1");
    await clock.advance(10);
    world.store.member("n2").up = false;
    await clock.advance(700);
    const missed = world.store.commit("drillbook/key/b", "1");
    world.store.overwrite("n2", world.store.member("n1"));
    world.store.member("n2").up = true;
    await clock.advance(1000);
    await watchers.stop();
    const attempts = entries.filter((one) => one.kind === "watch-open" && one.node === "n2");
    expect(attempts.map((one) => one.kind === "watch-open" && one.opened)).toEqual([true, false, false, true]);
    expect(attempts.at(-1)).toMatchObject({ fromRevision: String(last + 1), attempt: 4 });
    expect(eventsOf(entries, "watcher-n2").map((one) => one.revision)).toEqual([String(last), String(missed)]);
  });

  it("goes on from the store's own revision when nothing had come yet, so that nothing is missed", async () => {
    const { clock, world, watchers, entries } = await begin();
    world.store.member("n2").up = false;
    await clock.advance(10);
    const missed = world.store.commit("drillbook/key/a", "1");
    world.store.overwrite("n2", world.store.member("n1"));
    world.store.member("n2").up = true;
    await clock.advance(1000);
    await watchers.stop();
    expect(eventsOf(entries, "watcher-n2").map((one) => one.revision)).toEqual([String(missed)]);
  });

  it("stops once, also while nobody answers", async () => {
    const { clock, world, watchers, entries } = await begin();
    for (const node of ["n1", "n2", "n3"]) world.store.member(node).up = false;
    await clock.advance(600);
    await Promise.all([watchers.stop(), watchers.stop()]);
    await watchers[Symbol.asyncDispose]();
    expect(entries.filter((one) => one.kind === "watcher-stopped")).toHaveLength(3);
  });

  it("says that there are no watches where the system has none", async () => {
    const { watchers, entries } = await begin({ watches: "none" });
    await watchers.stop();
    expect(entries.filter((one) => one.kind === "absent")).toMatchObject([{ what: "watches" }]);
    expect(entries.filter((one) => one.kind.startsWith("watch"))).toEqual([]);
  });

  it("tells of a defect when it is stopped, instead of only missing it", async () => {
    const { clock, world, watchers } = await begin();
    world.store.nextChange = () => {
      throw new Error("planted: a watch that throws");
    };
    world.store.commit("drillbook/key/a", "1");
    await clock.advance(10);
    await expect(watchers.stop()).rejects.toThrow("planted: a watch that throws");
    await watchers[Symbol.asyncDispose]();
  });
});
