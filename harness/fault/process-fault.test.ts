import { describe, expect, test } from "vitest";
import { seededRandom, systemClock, type RunContext } from "../core/index.ts";
import type { LedgerEntry, Recorder } from "../ledger/index.ts";
import type { Node } from "../substrate/index.ts";
import { fakeCluster, healthyView } from "../system/fake-cluster.ts";
import type { ArmedFault, Fault } from "./fault.ts";
import { kill, pause } from "./process-fault.ts";

const NODES = ["n1", "n2", "n3"];
const LASTS = { forMs: 5000 };

interface Armed {
  readonly armed: ArmedFault;
  readonly log: string[];
  readonly entries: readonly LedgerEntry[];
}

/** Arms it on machines that write down what is done to them. */
async function arm(fault: Fault, { leader = "1", runs = false } = {}): Promise<Armed> {
  const log: string[] = [];
  const entries: LedgerEntry[] = [];
  const recorder: Recorder = {
    record: (entry) => {
      entries.push(entry);
      log.push(entry.kind === "fault" ? entry.event : entry.kind);
    },
    flush: () => void log.push("flush"),
  };
  const machine: Partial<Node> = {
    signal: async (_process, signal, actor) => void log.push(`${signal} ${actor}`),
    exited: async () => void log.push("exited"),
    start: async (_process, actor) => void log.push(`start ${actor}`),
    isRunning: () => runs,
  };
  const view = async (node: string): Promise<ReturnType<typeof healthyView>> =>
    Promise.resolve({ ...healthyView(node), leaderId: leader });
  const run: RunContext = {
    runId: "r",
    clock: systemClock(),
    random: seededRandom(1),
    signal: new AbortController().signal,
    workDir: "",
    evidenceDir: "",
  };
  const views = NODES.map((node) => healthyView(node));
  const armed = await fault.arm({ cluster: fakeCluster({ nodes: NODES, machine, view }), run, recorder, views });
  return { armed, log, entries };
}

describe("a fault of processes", () => {
  test("arming touches nothing, and says what is hit and why", async () => {
    const { armed, log, entries } = await arm(pause({ targets: "majority", lasts: LASTS }));
    expect(log).toEqual(["armed"]);
    expect(armed.targets).toHaveLength(2);
    expect(entries[0]).toMatchObject({ targets: armed.targets, chosen: expect.stringContaining("the seed chose") });
  });

  test("pause stops each target where it stands, and lets it go on when it ends", async () => {
    const { armed, log } = await arm(pause({ targets: "leader", lasts: LASTS }));
    await armed.inject();
    await armed.lasts?.lift();
    expect(log).toEqual([
      "armed",
      "injecting",
      "flush",
      "SIGSTOP fault",
      "injected",
      "lifting",
      "flush",
      "SIGCONT fault",
      "lifted",
    ]);
    expect(armed.lasts?.forMs).toBe(LASTS.forMs);
  });

  test("kill waits until each target has ended, and starts it when it ends, unless somebody did", async () => {
    const { armed, log } = await arm(kill({ targets: { nodes: ["n2"] }, lasts: LASTS }));
    await armed.inject();
    await armed.lasts?.lift();
    expect(log.slice(3)).toEqual(["SIGKILL fault", "exited", "injected", "lifting", "flush", "start fault", "lifted"]);
    const running = await arm(kill({ targets: "one", lasts: LASTS }), { runs: true });
    await running.armed.lasts?.lift();
    expect(running.log).not.toContain("start fault");
  });

  test("one that is for good has no end", async () => {
    expect((await arm(kill({ targets: "all", lasts: null }))).armed.lasts).toBeNull();
  });

  test("nothing is touched when the leader is that no more", async () => {
    const { armed, log } = await arm(pause({ targets: "leader", lasts: LASTS }), { leader: "2" });
    await expect(armed.inject()).rejects.toThrow("nothing was touched");
    expect(log).toEqual(["armed"]);
  });

  test("that a majority is hit has a sign of its own", () => {
    expect(pause({ targets: "majority", lasts: null }).signs).toContain("others-acknowledge-no-write");
    expect(pause({ targets: "one", lasts: null }).signs).not.toContain("others-acknowledge-no-write");
    expect(kill({ targets: "one", lasts: null }).signs).toContain("target-processes-are-gone");
  });
});
