import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { seededRandom, systemClock, type RunContext } from "../core/index.ts";
import { manualClock } from "../core/manual-clock.ts";
import type { LedgerEntry, MemberView, Recorder } from "../ledger/index.ts";
import type { Node } from "../substrate/index.ts";
import type { Attempt, Cluster } from "../system/index.ts";
import { ACKNOWLEDGED, fakeCluster, healthyView, silentView, type FakeCluster } from "../system/fake-cluster.ts";
import { leftBehind } from "./left-behind.ts";
import { loseMajorityForGood } from "./lose-for-good.ts";
import { MAJORITY_LOST_SIGNS } from "./majority-lost-witness.ts";

const NODES = ["n1", "n2", "n3"];
const HEALTHY = NODES.map((node) => healthyView(node));
const fault = loseMajorityForGood({ survivor: "leader" });
const UNKNOWN: Attempt = { outcome: "unknown", revision: null, value: null, reason: "deadline" };
const REFUSED: Attempt = { outcome: "refused", revision: null, value: null, reason: "connection-refused" };

interface Setting {
  readonly run: RunContext;
  readonly entries: LedgerEntry[];
  readonly log: string[];
  readonly recorder: Recorder;
}

function setting(clock = systemClock()): Setting {
  const entries: LedgerEntry[] = [];
  const log: string[] = [];
  const recorder: Recorder = {
    record: (entry) => {
      entries.push(entry);
      log.push(entry.kind === "fault" ? entry.event : entry.kind);
    },
    flush: () => void log.push("flush"),
  };
  const run = {
    runId: "r",
    clock,
    random: seededRandom(1),
    signal: new AbortController().signal,
    workDir: "",
    evidenceDir: "",
  };
  return { run, entries, log, recorder };
}

/** Machines that write down what is done to them. */
const writingDown = (log: string[]): Partial<Node> => ({
  signal: async (process, signal, actor) => void log.push(`${signal} ${process} ${actor}`),
  exited: async () => void log.push("exited"),
  remove: async (path) => void log.push(`remove ${path}`),
  setAside: async (path, as) => void log.push(`set aside ${path} as ${as}`),
});

describe("arming", () => {
  test.each<[string, readonly MemberView[]]>([
    ["there is no leader", HEALTHY.map((view) => ({ ...view, leaderId: null }))],
    ["one member knows of no leader", HEALTHY.map((view) => (view.node === "n3" ? { ...view, leaderId: null } : view))],
    [
      "two members name different leaders",
      HEALTHY.map((view) => (view.node === "n3" ? { ...view, leaderId: "3" } : view)),
    ],
    ["the leader does not answer", [silentView("n1"), ...HEALTHY.slice(1)]],
    ["nobody answers", NODES.map(silentView)],
  ])("is refused when %s", async (_, views) => {
    const { run, recorder, entries } = setting();
    await expect(fault.arm({ cluster: fakeCluster({ nodes: NODES }), run, recorder, views })).rejects.toThrow(
      "do not agree",
    );
    expect(entries).toEqual([]);
  });

  test("is refused when there is nobody else to lose", async () => {
    const { run, recorder } = setting();
    const cluster = fakeCluster({ nodes: ["n1"] });
    const views = HEALTHY.slice(0, 1).map((view) => ({ ...view, leaderId: view.memberId }));
    await expect(fault.arm({ cluster, run, recorder, views })).rejects.toThrow("two or more");
  });

  test("touches nothing and says what would be touched; the leader is not among it", async () => {
    const { run, recorder, entries } = setting();
    const views = HEALTHY.map((view) => ({ ...view, leaderId: "2" }));
    const armed = await fault.arm({ cluster: fakeCluster({ nodes: NODES }), run, recorder, views });
    expect(armed.targets).toEqual(["n1", "n3"]);
    expect(armed.blastRadius).toHaveLength(2);
    expect(armed.blastRadius[0]).toContain("/nowhere/n1/var/lib/etcd");
    expect(entries).toMatchObject([{ kind: "fault", event: "armed", targets: ["n1", "n3"] }]);
  });

  test.each([
    [["n1", "n2"], ["n2"]],
    [
      ["n1", "n2", "n3", "n4"],
      ["n2", "n3"],
    ],
    [
      ["n1", "n2", "n3", "n4", "n5"],
      ["n2", "n3", "n4"],
    ],
  ])("of %j takes so many that the others are no majority", async (nodes, targets) => {
    const { run, recorder } = setting();
    const armed = await fault.arm({
      cluster: fakeCluster({ nodes }),
      run,
      recorder,
      views: nodes.map((node) => healthyView(node)),
    });
    expect(armed.targets).toEqual(targets);
  });
});

describe("injecting", () => {
  test("announces itself on record, kills, waits for the end, destroys, and only then says so", async () => {
    const { run, recorder, log } = setting();
    const cluster = fakeCluster({ nodes: NODES, view: async (node) => healthyView(node), machine: writingDown(log) });
    const armed = await fault.arm({ cluster, run, recorder, views: HEALTHY });
    await armed.inject();
    const kill = "SIGKILL etcd fault";
    const away = "set aside var/lib/etcd as lost-data";
    const destroy = "remove var/lib/etcd";
    expect(log).toEqual(["armed", "injecting", "flush", kill, kill, "exited", "exited", away, destroy, "injected"]);
    expect(armed.oldData).toMatchObject({
      node: "n2",
      setAsideAs: "lost-data",
      manifest: "text of manifests/etcd.yaml",
    });
  });

  test.each([silentView("n1"), { ...healthyView("n1"), leaderId: "2" }, { ...healthyView("n1"), leaderId: null }])(
    "touches nothing when the survivor is not the leader any more: leader $leaderId",
    async (view) => {
      const { run, recorder, log } = setting();
      const cluster = fakeCluster({ nodes: NODES, view: async () => view, machine: writingDown(log) });
      const armed = await fault.arm({ cluster, run, recorder, views: HEALTHY });
      await expect(armed.inject()).rejects.toThrow("nothing was touched");
      expect(log).toEqual(["armed"]);
    },
  );
});

describe("a survivor that is left behind", () => {
  const stalest = loseMajorityForGood({ survivor: "stalest" });
  /** The others go on between any two looks. */
  const goesOn = () => {
    let looks = 0;
    return () => String(1000 * ++looks);
  };

  test("hangs while the others go on, and goes on when they are gone", async () => {
    const clock = manualClock();
    const { run, recorder, log } = setting(clock);
    const applied = goesOn();
    const cluster = fakeCluster({
      nodes: NODES,
      view: async (node) => ({ ...healthyView(node), leaderId: "1", appliedIndex: applied() }),
      put: async () => ({ ...ACKNOWLEDGED, revision: "9" }),
      machine: writingDown(log),
    });
    const armed = await stalest.arm({ cluster, run, recorder, views: HEALTHY });
    expect(armed.targets).toContain("n1");
    expect(armed.targets).toHaveLength(2);
    expect(armed.blastRadius.at(-1)).toContain("SIGSTOP");
    const injected = armed.inject();
    await clock.advance(3000);
    await injected;
    const kill = "SIGKILL etcd fault";
    expect(log.slice(0, 9)).toEqual([
      "armed",
      "injecting",
      "flush",
      "SIGSTOP etcd fault",
      kill,
      kill,
      "exited",
      "exited",
      "SIGCONT etcd fault",
    ]);
    expect(log.at(-1)).toBe("injected");
  });

  test.each([
    ["it is where it was", "8", true],
    ["it has what was acknowledged meanwhile", "9", false],
    ["it does not tell", null, null],
  ])("is proven by its own word: %s", async (_, revision, seen) => {
    const clock = manualClock();
    const { run } = setting(clock);
    const applied = goesOn();
    const cluster = fakeCluster({
      nodes: NODES,
      view: async (node) => ({ ...healthyView(node), revision, appliedIndex: applied() }),
      put: async () => ({ ...ACKNOWLEDGED, revision: "9" }),
      machine: writingDown([]),
    });
    const [other, survivor] = cluster.nodes;
    if (other === undefined || survivor === undefined) throw new Error("no nodes");
    const behind = leftBehind({ cluster, survivor, other, run });
    expect(await behind.look("after")).toMatchObject({ seen: null });
    const hung = behind.hang();
    await clock.advance(3000);
    await hung;
    expect(await behind.look("after")).toMatchObject({ seen });
  });
});

describe("the witness", () => {
  let home: string;
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), "drillbook-test-"));
    await mkdir(join(home, "var/lib/etcd"), { recursive: true });
  });
  afterEach(async () => rm(home, { recursive: true }));

  type Members = Pick<FakeCluster, "put" | "get" | "view">;
  const healthy: Members = {
    put: async () => ACKNOWLEDGED,
    get: async () => ACKNOWLEDGED,
    view: async (node) => healthyView(node),
  };
  const leaderless: Members = {
    put: async () => UNKNOWN,
    get: async () => UNKNOWN,
    view: async (node) => ({ ...healthyView(node), leaderId: null }),
  };
  const dead: Members = { put: async () => REFUSED, get: async () => REFUSED, view: async (node) => silentView(node) };

  async function signs(members: Members, when: "before" | "after"): Promise<readonly (boolean | null)[]> {
    const clock = manualClock();
    const { run, recorder, entries } = setting(clock);
    const cluster: Cluster = fakeCluster({ nodes: NODES, ...members, machine: { homeDir: home } });
    const armed = await fault.arm({ cluster, run, recorder, views: HEALTHY });
    const observed = armed.witness.observe(when);
    await clock.advance(2700);
    await observed;
    const seen = entries.filter((entry) => entry.kind === "witness");
    expect(seen.map((entry) => entry.when)).toEqual(MAJORITY_LOST_SIGNS.map(() => when));
    return MAJORITY_LOST_SIGNS.map((sign) => seen.find((entry) => entry.sign === sign)?.seen ?? null);
  }

  test("sees no sign in a healthy cluster, before and after", async () => {
    expect(await signs(healthy, "before")).toEqual([false, false, false, false]);
    expect(await signs(healthy, "after")).toEqual([false, false, false, false]);
  });

  test("sees every sign when the majority and its folders are gone", async () => {
    await rm(join(home, "var/lib/etcd"), { recursive: true });
    expect(await signs(leaderless, "after")).toEqual([true, true, true, true]);
  });

  test("waits for the survivor to step down, which takes an election time-out or two", async () => {
    let looks = 0;
    const view = async (node: string): Promise<MemberView> => ({
      ...healthyView(node),
      leaderId: ++looks < 30 ? "1" : null,
    });
    expect((await signs({ ...healthy, view }, "after"))[0]).toBe(true);
  });

  test("does not take a survivor that is dead for one that has lost its quorum", async () => {
    expect(await signs(dead, "after")).toEqual([null, null, null, false]);
  });

  test("could not look: neither yes nor no", async () => {
    const failing = async (): Promise<never> => {
      throw new Error("planted");
    };
    await rm(join(home, "var"), { recursive: true });
    await writeFile(join(home, "var"), "a file where a folder should be");
    expect(await signs({ put: failing, get: failing, view: failing }, "after")).toEqual([null, null, null, null]);
  });
});
