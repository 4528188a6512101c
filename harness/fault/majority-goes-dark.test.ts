import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { join } from "node:path";
import { seededRandom, type RunContext } from "../core/index.ts";
import { manualClock } from "../core/manual-clock.ts";
import type { LedgerEntry, MemberView, Recorder } from "../ledger/index.ts";
import type { Attempt } from "../system/index.ts";
import { ACKNOWLEDGED, fakeCluster, healthyView, silentView } from "../system/fake-cluster.ts";
import { majorityGoesDark } from "./majority-goes-dark.ts";
import { MAJORITY_DARK_SIGNS } from "./majority-lost-witness.ts";

const MEMBERS = ["n1", "n2", "n3"];
const SPARES = ["n4", "n5"];
const VIEWS = [...MEMBERS.map((node) => healthyView(node)), ...SPARES.map(silentView)];
const UNKNOWN: Attempt = { outcome: "unknown", revision: null, value: null, reason: "deadline" };
const leads = (node: string): MemberView => ({ ...healthyView(node), leaderId: "1" });

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "drillbook-dark-"));
});
afterEach(async () => rm(home, { recursive: true, force: true }));

/** A cluster of three with two spares, that writes down what is done to it. */
function setting(
  fake: Pick<Parameters<typeof fakeCluster>[0], "get" | "put" | "view"> = { view: async (node) => leads(node) },
) {
  const log: string[] = [];
  const entries: LedgerEntry[] = [];
  const recorder: Recorder = {
    record: (entry) => {
      entries.push(entry);
      if (entry.kind === "fault") log.push(entry.event);
    },
    flush: () => void log.push("flush"),
  };
  const clock = manualClock();
  const signal = new AbortController().signal;
  const run: RunContext = { runId: "r", clock, random: seededRandom(1), signal, workDir: "", evidenceDir: "" };
  const cluster = fakeCluster({
    nodes: [...MEMBERS, ...SPARES],
    spares: SPARES,
    ...fake,
    machine: {
      homeDir: home,
      signal: async (process, which, actor) => void log.push(`${which} ${process} ${actor}`),
      exited: async () => void log.push("exited"),
    },
  });
  return { clock, entries, log, options: { cluster, run, recorder, views: VIEWS } };
}

describe("a majority goes dark", () => {
  test("of the members, never a spare; the survivor is not among them, and they come back in place", async () => {
    const { options } = setting();
    const armed = await majorityGoesDark({ survivor: "leader" }).arm(options);
    expect(armed.targets).toEqual(["n2", "n3"]);
    expect(armed.oldData).toEqual({ kind: "in-place", nodes: ["n2", "n3"] });
    expect(armed.blastRadius).toHaveLength(2);
  });

  test("processes are killed, and nothing on the disks is touched", async () => {
    const { log, options } = setting();
    const armed = await majorityGoesDark({ survivor: "leader" }).arm(options);
    await armed.inject();
    const kill = "SIGKILL etcd fault";
    expect(log).toEqual(["armed", "injecting", "flush", kill, kill, "exited", "exited", "injected"]);
  });

  test("a follower may be left", async () => {
    const { options } = setting({ view: async (node) => leads(node) });
    const armed = await majorityGoesDark({ survivor: "a-follower" }).arm(options);
    expect(armed.targets).toContain("n1");
    expect(armed.targets).toHaveLength(2);
  });

  test("is not touched when the survivor does not lead any more", async () => {
    const { log, options } = setting({ view: async (node) => ({ ...leads(node), leaderId: "2" }) });
    const armed = await majorityGoesDark({ survivor: "leader" }).arm(options);
    await expect(armed.inject()).rejects.toThrow("nothing was touched");
    expect(log).toEqual(["armed"]);
  });
});

describe("its witness", () => {
  async function signs(fake: Parameters<typeof setting>[0]): Promise<readonly (boolean | null | undefined)[]> {
    const { clock, entries, options } = setting(fake);
    const armed = await majorityGoesDark({ survivor: "leader" }).arm(options);
    const observed = armed.witness.observe("after");
    await clock.advance(2700);
    await observed;
    return MAJORITY_DARK_SIGNS.map((sign) => entries.find((one) => one.kind === "witness" && one.sign === sign)).map(
      (one) => (one?.kind === "witness" ? one.seen : undefined),
    );
  }

  test("asks the survivor, and the kernel for the processes of the others", async () => {
    const leaderless = { ...leads("n1"), leaderId: null };
    expect(await signs({ view: async () => leaderless, put: async () => UNKNOWN, get: async () => UNKNOWN })).toEqual([
      true,
      true,
      true,
      true,
    ]);
  });

  test("sees nothing of it in a cluster that serves", async () => {
    const serving = {
      view: async (node: string) => leads(node),
      put: async () => ACKNOWLEDGED,
      get: async () => ACKNOWLEDGED,
    };
    expect((await signs(serving)).slice(0, 3)).toEqual([false, false, false]);
  });
});
