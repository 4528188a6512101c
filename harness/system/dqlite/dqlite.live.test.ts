/** dqlite on the process substrate, with the real programs: what the harness relies on is seen here to be so. */
import { execFile } from "node:child_process";
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, test, vi, type TestContext } from "vitest";
import { startProgram } from "../../../fixtures/live/started-program.ts";
import { programsOrSkip } from "../../../fixtures/live/programs.ts";
import { scratchRun, type ScratchRun } from "../../../fixtures/substrate/scratch-run.ts";
import type { HeldKey, MemberView } from "../../ledger/index.ts";
import { openProcessSubstrate } from "../../substrate/index.ts";
import type { Attempt, Cluster, HeldEnd } from "../cluster.ts";
import { hashValue } from "../value-hash.ts";
import { dqlite } from "./dqlite.ts";

/** Loopback addresses that nothing else here uses, for a copy of a member that is opened alone. */
const [LONE_DB, LONE_API] = ["127.0.78.1:9001", "127.0.78.1:8001"] as const;

const system = dqlite({ members: 3 });
const opened = new AsyncDisposableStack();
afterAll(async () => opened.disposeAsync());

interface Stage {
  readonly cluster: Cluster;
  readonly scratch: ScratchRun;
}

async function provisioned(context: TestContext): Promise<Stage> {
  const programs = await programsOrSkip(context, ...system.programs);
  const scratch = opened.use(scratchRun());
  const { recorder, run } = scratch;
  const substrate = opened.use(await openProcessSubstrate({ run, recorder }));
  const cluster = opened.use(await system.provision({ substrate, run, recorder, programs }));
  await vi.waitFor(async () => expect(votersOf(await viewsOf(cluster))).toEqual([3, 3, 3]), { timeout: 60_000 });
  return { cluster, scratch };
}

async function viewsOf(cluster: Cluster): Promise<readonly MemberView[]> {
  return Promise.all(cluster.nodes.map(async ({ name }) => cluster.view(name, { timeoutMs: 1000 })));
}

/** How many voters each member lists, if it names a leader. */
function votersOf(views: readonly MemberView[]): readonly (number | null)[] {
  return views.map(({ leaderId, members }) =>
    leaderId === null || members === null ? null : members.filter(({ isLearner }) => !isLearner).length,
  );
}

async function put(cluster: Cluster, node: string, key: string, value: string): Promise<Attempt> {
  await using client = cluster.openClient(node, { timeoutMs: 5000 });
  return await client.put(key, value);
}

/** Tries until it is acknowledged: what is waited for is a leader, and this is no drill. */
async function written(cluster: Cluster, node: string, key: string, value: string): Promise<void> {
  const acknowledged = { outcome: "acknowledged", revision: null };
  await vi.waitFor(async () => expect(await put(cluster, node, key, value)).toMatchObject(acknowledged), {
    timeout: 60_000,
    interval: 200,
  });
}

async function heldBy(
  cluster: Cluster,
  node: string,
  { key, value, timeoutMs }: { readonly key: string; readonly value: string; readonly timeoutMs: number },
): Promise<{ readonly keys: Map<string, HeldKey>; readonly end: HeldEnd }> {
  const reading = cluster.held(node, { prefix: "w/", fence: { key, value, revision: null }, timeoutMs });
  const keys = new Map<string, HeldKey>();
  for (;;) {
    const part = await reading.next();
    if (part.done === true) return { keys, end: part.value };
    for (const item of part.value) keys.set(item.key, item);
  }
}

function leaderOf(views: readonly MemberView[]): string {
  const leader = views.find(({ leaderId, memberId }) => memberId !== null && leaderId === memberId);
  if (leader === undefined) throw new Error("nobody leads");
  return leader.node;
}

describe("three members", () => {
  let shared: Promise<Stage> | undefined;
  const healthy = async (context: TestContext): Promise<Stage> => (shared ??= provisioned(context));

  test("tell the same cluster, each for itself", async (context) => {
    const { cluster } = await healthy(context);
    const views = await viewsOf(cluster);
    expect(new Set(views.map(({ leaderId }) => leaderId)).size).toBe(1);
    expect(new Set(views.map(({ memberId }) => memberId)).size).toBe(3);
    for (const view of views) {
      expect(view.members?.flatMap(({ peerUrls }) => peerUrls).toSorted()).toEqual(
        cluster.nodes.map(({ peerUrl }) => peerUrl).toSorted(),
      );
    }
  });

  test("take writes and reads, and hold the same, each in its own copy and its own folder", async (context) => {
    const { cluster } = await healthy(context);
    for (let count = 0; count < 30; count++)
      await written(cluster, `n${(count % 3) + 1}`, `w/${count}`, `value ${count}`);
    await written(cluster, "n2", "fence", "up");
    for (const { name } of cluster.nodes) {
      const { end, keys } = await heldBy(cluster, name, { key: "fence", value: "up", timeoutMs: 10_000 });
      expect(end).toMatchObject({ complete: true, fenceValueHash: hashValue("up") });
      expect(keys.size).toBe(30);
      expect(keys.get("w/7")).toMatchObject({ valueHash: hashValue("value 7"), revision: null });
      await using client = cluster.openClient(name, { timeoutMs: 5000 });
      expect(await client.get("w/7")).toMatchObject({ outcome: "acknowledged", value: "value 7" });
      expect(await client.getLocal("w/7")).toMatchObject({ outcome: "acknowledged", value: "value 7" });
      expect(await client.get("w/none")).toMatchObject({ outcome: "acknowledged", value: null });
    }
    const stored = await Promise.all(
      cluster.nodes.map(async ({ name }) => (await cluster.view(name, { timeoutMs: 1000, withStored: true })).stored),
    );
    for (const one of stored) {
      expect(one?.flaws).toEqual([]);
      expect(Number(one?.lastIndex)).toBeGreaterThan(30);
    }
  });

  test("of which one stands still: it is down, which is data, and it does not hold what it missed until it goes on", async (context) => {
    const { cluster } = await healthy(context);
    const leader = leaderOf(await viewsOf(cluster));
    const frozen = cluster.nodes.find(({ name }) => name !== leader);
    if (frozen === undefined) throw new Error("there is a follower");
    await frozen.machine.signal("dqlite", "SIGSTOP", "fault");
    await written(cluster, leader, "fence", "missed");
    expect(await cluster.view(frozen.name, { timeoutMs: 500 })).toMatchObject({ answered: false, reason: "deadline" });
    const asked = { key: "fence", value: "missed" };
    expect((await heldBy(cluster, frozen.name, { ...asked, timeoutMs: 500 })).end).toMatchObject({ complete: false });
    await frozen.machine.signal("dqlite", "SIGCONT", "fault");
    expect((await heldBy(cluster, frozen.name, { ...asked, timeoutMs: 20_000 })).end).toMatchObject({ complete: true });
  });

  test("of which the leader is killed: the others elect one, and it comes back with what it missed", async (context) => {
    const { cluster } = await healthy(context);
    const leader = leaderOf(await viewsOf(cluster));
    const lost = cluster.nodes.find(({ name }) => name === leader);
    const other = cluster.nodes.find(({ name }) => name !== leader);
    if (lost === undefined || other === undefined) throw new Error("there are three");
    await lost.machine.signal("dqlite", "SIGKILL", "fault");
    await lost.machine.exited("dqlite");
    expect(await cluster.view(lost.name, { timeoutMs: 1000 })).toMatchObject({
      answered: false,
      reason: "connection-refused",
    });
    expect(await put(cluster, lost.name, "w/refused", "x")).toMatchObject({ outcome: "refused" });
    await written(cluster, other.name, "fence", "without it");
    expect(leaderOf(await viewsOf(cluster))).not.toBe(lost.name);
    const { stored } = await cluster.view(lost.name, { timeoutMs: 1000, withStored: true });
    expect(Number(stored?.lastIndex)).toBeGreaterThan(30);
    await lost.machine.start("dqlite", "fault");
    const { end } = await heldBy(cluster, lost.name, { key: "fence", value: "without it", timeoutMs: 60_000 });
    expect(end).toMatchObject({ complete: true });
    await vi.waitFor(async () => expect(votersOf(await viewsOf(cluster))).toEqual([3, 3, 3]), { timeout: 60_000 });
  });

  test("of which one ends: its folder, opened as a single voter's, holds what it had told that it holds", async (context) => {
    const { cluster, scratch } = await healthy(context);
    const programs = await programsOrSkip(context, ...system.programs);
    await written(cluster, "n3", "fence", "last");
    const { keys } = await heldBy(cluster, "n3", { key: "fence", value: "last", timeoutMs: 10_000 });
    const n3 = cluster.nodes.find(({ name }) => name === "n3");
    if (n3 === undefined) throw new Error("there are three");
    await n3.machine.signal("dqlite", "SIGKILL", "fault");
    await n3.machine.exited("dqlite");
    const copy = join(scratch.run.workDir, "copy");
    const folder = join(copy, LONE_DB);
    await cp(join(n3.machine.homeDir, n3.dataDir), folder, { recursive: true });
    const info = await readFile(join(folder, "info.yaml"), "utf8");
    const own = info.replace(/^Address: .*$/m, `Address: ${LONE_DB}`);
    await writeFile(join(folder, "info.yaml"), own);
    await writeFile(join(folder, "cluster.yaml"), own.replace(/^/gm, "  ").replace("  ", "- ").trimEnd());
    const reconfigure = `.reconfigure ${folder} ${folder}/cluster.yaml`;
    await promisify(execFile)(programs["dqlite"] ?? "", ["-s", LONE_DB, "demo", reconfigure]);
    await using lone = startProgram(programs["dqlite-demo"] ?? "", ["--api", LONE_API, "--db", LONE_DB, "--dir", copy]);
    const read = async (key: string): Promise<string> => (await fetch(`http://${LONE_API}/${key}`)).text();
    await vi.waitFor(async () => expect(await read("fence"), lone.said()).toBe("last\n"), { timeout: 20_000 });
    for (const [key, { valueHash }] of keys) expect(hashValue((await read(key)).slice(0, -1)), key).toBe(valueHash);
    await n3.machine.start("dqlite", "fault");
    await vi.waitFor(async () => expect(votersOf(await viewsOf(cluster))).toEqual([3, 3, 3]), { timeout: 60_000 });
  });

  test("are restarted in good order", async (context) => {
    const { cluster, scratch } = await healthy(context);
    await cluster.restart("n1");
    await written(cluster, "n1", "fence", "restarted");
    await vi.waitFor(async () => expect(votersOf(await viewsOf(cluster))).toEqual([3, 3, 3]), { timeout: 60_000 });
    expect(
      scratch
        .story()
        .slice(-3)
        .map((line) => line.replace(/ (exit \d+|SIG\w+) /, " ")),
    ).toEqual(["signalled n1/dqlite by harness", "exited n1/dqlite by harness", "started n1/dqlite by harness"]);
  });
});
