import { describe, expect, test } from "vitest";
import { seededRandom, type RunContext } from "../core/index.ts";
import type { LedgerEntry, LedgerFeed, MemberView, OperationEntry } from "../ledger/index.ts";
import { ACKNOWLEDGED, fakeCluster, healthyView } from "../system/fake-cluster.ts";
import { fallBehind, type FallBehindOptions } from "./fall-behind.ts";
import type { ArmedFault } from "./fault.ts";

const NODES = ["n1", "n2", "n3"];
const OPTIONS: FallBehindOptions = { behind: "leader", endsBy: "killed", othersEndBy: "stopped", filler: null };

const PUT: OperationEntry = {
  kind: "operation",
  atMs: 0,
  id: 0,
  transaction: null,
  client: "c1",
  node: "n2",
  op: "put",
  key: "k",
  valueHash: "h",
  scheduledAtMs: 0,
  sentAtMs: 0,
  outcome: "acknowledged",
  revision: null,
  reason: null,
};

interface World {
  readonly armed: ArmedFault;
  readonly log: string[];
  readonly entries: LedgerEntry[];
}

/** Members whose folders end at `ends`; one client writes through n2 with every look of the fault. */
async function arm(
  change: Partial<FallBehindOptions> = {},
  ends: Readonly<Record<string, number | null>> = {},
): Promise<World> {
  const log: string[] = [];
  const entries: LedgerEntry[] = [];
  let nowMs = 0;
  const listeners = new Set<(entry: LedgerEntry) => void>();
  const feed: LedgerFeed = {
    subscribe: (listener) => {
      listeners.add(listener);
      for (let index = 0; index < 50; index++) listener({ ...PUT, sentAtMs: -1 });
      return { [Symbol.dispose]: () => void listeners.delete(listener) };
    },
  };
  const write = (): void => {
    log.push("client writes");
    for (let index = 0; index < 15; index++) for (const tell of listeners) tell({ ...PUT, sentAtMs: nowMs });
  };
  const run: RunContext = {
    runId: "r",
    clock: {
      baseInstantNs: null,
      nowMs: () => nowMs,
      sleep: async (ms) => {
        // Nobody gives up here.
        if (ms >= 1000) return new Promise(() => undefined);
        nowMs += ms;
        write();
      },
    },
    random: seededRandom(1),
    signal: new AbortController().signal,
    workDir: "",
    evidenceDir: "",
  };
  const view = async (node: string): Promise<MemberView> => {
    const end = ends[node];
    const stored =
      end === undefined || end === null
        ? null
        : { lastTerm: "1", lastIndex: String(end), namedIndex: null, writtenAtUnixMs: null, flaws: [] };
    return Promise.resolve({ ...healthyView(node), stored });
  };
  const cluster = fakeCluster({
    nodes: NODES,
    view,
    put: async (node) => {
      log.push(`${node}: put`);
      return Promise.resolve(
        node === "n2" ? { ...ACKNOWLEDGED, outcome: "unknown", reason: "deadline" } : ACKNOWLEDGED,
      );
    },
    machine: {
      signal: async (_process, signal, actor) => void log.push(`${signal} ${actor}`),
      exited: async () => void log.push("exited"),
    },
  });
  const armed = await fallBehind({ ...OPTIONS, ...change }).arm({
    cluster,
    run,
    recorder: { record: (entry) => void entries.push(entry), flush: () => undefined },
    feed,
    views: NODES.map((node) => healthyView(node)),
  });
  return { armed, log, entries };
}

describe("one member falls behind, and all end", () => {
  test("the one ends, the clients go on, then the others end one after the other", async () => {
    const { armed, log } = await arm();
    await armed.inject();
    expect(armed.targets).toEqual(["n1", "n2", "n3"]);
    expect(log).toEqual([
      ...["SIGKILL fault", "exited"],
      // What was acknowledged before that is no write that it missed.
      ...["client writes", "client writes", "client writes"],
      ...["SIGTERM fault", "exited", "SIGTERM fault", "exited"],
    ]);
  });

  test("the others may be killed at once", async () => {
    const { armed, log } = await arm({ endsBy: "stopped", othersEndBy: "killed" });
    await armed.inject();
    expect(log.filter((line) => !line.includes("client"))).toEqual([
      ...["SIGTERM fault", "exited"],
      ...["SIGKILL fault", "SIGKILL fault", "exited", "exited"],
    ]);
  });

  test("more is written through those that are left, until so many writes are acknowledged", async () => {
    const { armed, log } = await arm({ filler: { writes: 3, valueBytes: 10 } });
    await armed.inject();
    expect(log.filter((line) => line.includes(": put"))).toEqual(["n2: put", "n3: put", "n3: put", "n3: put"]);
  });

  test.each<[what: string, ends: Readonly<Record<string, number | null>>, seen: boolean | null]>([
    ["it ends far before both others", { n1: 60, n2: 100, n3: 101 }, true],
    ["one other is no further", { n1: 60, n2: 100, n3: 61 }, false],
    ["all end alike", { n1: 100, n2: 100, n3: 99 }, false],
    ["one folder does not tell", { n1: 60, n2: 100, n3: null }, null],
  ])("the witness reads the folders: %s", async (_what, ends, seen) => {
    const { armed, entries } = await arm({}, ends);
    await armed.witness.observe("after");
    const sightings = entries.flatMap((one) => (one.kind === "witness" ? [[one.sign, one.seen]] : []));
    expect(sightings).toContainEqual(["one-folder-is-behind", seen]);
  });
});
