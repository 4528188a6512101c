import { describe, expect, test } from "vitest";
import { seededRandom, type RunContext } from "../core/index.ts";
import { driveToEnd, manualClock, type ManualClock } from "../core/manual-clock.ts";
import type { LedgerEntry, Recorder } from "../ledger/index.ts";
import { ACKNOWLEDGED, fakeCluster, healthyView, silentView } from "./fake-cluster.ts";
import { startProbes } from "./probes.ts";

const plan = {
  store: { lacks: {} },
  serviceProbe: { periodMs: 50, timeoutMs: 200 },
  clusterProbe: { periodMs: 100, timeoutMs: 300 },
};
const NODES = ["n1", "n2", "n3"];

interface Setting {
  readonly clock: ManualClock;
  readonly run: RunContext;
  readonly entries: LedgerEntry[];
  readonly recorder: Recorder;
  readonly abort: AbortController;
}

function setting(): Setting {
  const clock = manualClock();
  const entries: LedgerEntry[] = [];
  const abort = new AbortController();
  const run = { runId: "r", clock, random: seededRandom(1), signal: abort.signal, workDir: "", evidenceDir: "" };
  return {
    clock,
    run,
    entries,
    abort,
    recorder: { record: (entry) => void entries.push(entry), flush: () => undefined },
  };
}

const serviceProbes = (entries: readonly LedgerEntry[], node: string) =>
  entries.filter((entry) => entry.kind === "service-probe").filter((entry) => entry.node === node);

describe("probes", () => {
  test("keep their rate while a member hangs, and while the look at it hangs", async () => {
    const { clock, run, entries, recorder } = setting();
    const hang = async (ms: number): Promise<void> => clock.sleep(ms);
    const cluster = fakeCluster({
      nodes: NODES,
      put: async (node) => {
        if (node !== "n2") return ACKNOWLEDGED;
        await hang(200);
        return { outcome: "unknown", revision: null, value: null, reason: "deadline" };
      },
      view: async (node) => {
        if (node !== "n2") return healthyView(node);
        await hang(300);
        return silentView(node);
      },
    });
    const probes = startProbes({ cluster, plan, run, recorder });
    await clock.advance(1000);
    const disposed = probes[Symbol.asyncDispose]();
    await clock.advance(300);
    await disposed;

    const everyTick = Array.from({ length: 21 }, (_, turn) => turn * 50);
    expect(serviceProbes(entries, "n1").map((probe) => probe.sentAtMs)).toEqual(everyTick);
    expect(serviceProbes(entries, "n2").map((probe) => probe.sentAtMs)).toEqual(everyTick);
    expect(serviceProbes(entries, "n2").every((probe) => !probe.ok && probe.atMs === probe.sentAtMs + 200)).toBe(true);
    const looks = entries.filter((entry) => entry.kind === "cluster-probe");
    expect(looks.map((probe) => [probe.sentAtMs, probe.atMs])).toEqual(
      Array.from({ length: 11 }, (_, turn) => [turn * 100, turn * 100 + 300]),
    );
  });

  test("hash at the smallest revision that was seen in the last look", async () => {
    const { clock, run, recorder } = setting();
    const asked: (string | undefined)[] = [];
    const cluster = fakeCluster({
      nodes: NODES,
      put: async () => ACKNOWLEDGED,
      view: async (node, hashAtRevision) => {
        if (node === "n1") asked.push(hashAtRevision);
        if (node === "n3") return silentView(node);
        return healthyView(node, node === "n1" ? "10" : "9");
      },
    });
    await using _probes = startProbes({ cluster, plan, run, recorder });
    await clock.advance(200);
    expect(asked).toEqual([undefined, "9", "9"]);
  });

  test("end by themselves when the run ends, and close their clients when disposed", async () => {
    const { clock, run, entries, recorder, abort } = setting();
    const closed: string[] = [];
    const cluster = fakeCluster({
      nodes: NODES,
      put: async () => ACKNOWLEDGED,
      view: async (node) => healthyView(node),
      clientClosed: (node) => void closed.push(node),
    });
    const probes = startProbes({ cluster, plan, run, recorder });
    await clock.advance(100);
    abort.abort();
    await clock.advance(1000);
    expect(Math.max(...serviceProbes(entries, "n1").map((probe) => probe.sentAtMs))).toBe(100);
    await probes[Symbol.asyncDispose]();
    expect(closed).toEqual(NODES);
  });

  test("give the ledger's failure to whoever disposes them, and still close their clients", async () => {
    const { clock, run } = setting();
    const closed: string[] = [];
    const cluster = fakeCluster({
      nodes: NODES,
      put: async () => ACKNOWLEDGED,
      view: async (node) => healthyView(node),
      clientClosed: (node) => void closed.push(node),
    });
    const full: Recorder = {
      record: () => {
        throw new Error("disk full");
      },
      flush: () => undefined,
    };
    const probes = startProbes({ cluster, plan, run, recorder: full });
    await clock.advance(100);
    await expect(probes[Symbol.asyncDispose]()).rejects.toThrow("disk full");
    expect(closed).toEqual(NODES);
  });

  test.each(["put", "view"] as const)("that are never answered (%s) are told, not waited for", async (hanging) => {
    const { clock, run, recorder } = setting();
    const never = new Promise<never>(() => undefined);
    const closed: string[] = [];
    const cluster = fakeCluster({
      nodes: NODES,
      put: async (node) => (hanging === "put" && node === "n2" ? never : ACKNOWLEDGED),
      view: async (node) => (hanging === "view" && node === "n2" ? never : healthyView(node)),
      clientClosed: (node) => void closed.push(node),
    });
    const probes = startProbes({ cluster, plan, run, recorder });
    await clock.advance(100);
    const told = { put: "3 writes of the service probe through n2", view: "2 looks at the whole cluster" }[hanging];
    const ended = Promise.resolve(probes[Symbol.asyncDispose]()).then(() => "in silence", String);
    expect(await driveToEnd(clock, ended)).toContain(told);
    expect(closed).toEqual(NODES);
  });

  test("a loop that stands still accuses nobody: what was not acknowledged meanwhile proves nothing", async () => {
    const { clock, run, entries, recorder } = setting();
    // Each sleep of the watch is late by as much as this.
    let lateByMs = 0;
    const late = {
      ...clock,
      sleep: async (ms: number, signal?: AbortSignal) => clock.sleep(ms === 10 ? ms + lateByMs : ms, signal),
    };
    const cluster = fakeCluster({
      nodes: ["n1"],
      put: async () => {
        await clock.sleep(200);
        return { outcome: "unknown", revision: null, value: null, reason: "deadline" };
      },
      view: async (node) => {
        await clock.sleep(300);
        return silentView(node);
      },
    });
    const probes = startProbes({ cluster, plan, run: { ...run, clock: late }, recorder });
    await clock.advance(1000);
    lateByMs = 160;
    await clock.advance(2000);
    lateByMs = 0;
    await clock.advance(1000);
    const disposed = probes[Symbol.asyncDispose]();
    await clock.advance(300);
    await disposed;
    const known = (fromMs: number, untilMs: number): unknown[] => [
      ...new Set(
        serviceProbes(entries, "n1")
          .filter((probe) => probe.sentAtMs >= fromMs && probe.sentAtMs < untilMs)
          .map((probe) => `${probe.ok} ${probe.reason}`),
      ),
    ];
    expect(known(0, 700)).toEqual(["false deadline"]);
    expect(known(1400, 2600)).toEqual(["null harness-stood-still"]);
    expect(known(3300, 4000)).toEqual(["false deadline"]);
    const looks = entries.filter((entry) => entry.kind === "cluster-probe");
    const reasons = (fromMs: number, untilMs: number): unknown[] => [
      ...new Set(
        looks.filter((one) => one.sentAtMs >= fromMs && one.sentAtMs < untilMs).map((one) => one.views[0]?.reason),
      ),
    ];
    expect(reasons(0, 600)).toEqual(["deadline"]);
    expect(reasons(1400, 2600)).toEqual(["harness-stood-still"]);
  });
});
