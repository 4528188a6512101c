/** The members of a fake cluster, killed one after another; and the witness, on real sockets. */
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { seededRandom, systemClock, type RunContext } from "../core/index.ts";
import { manualClock } from "../core/manual-clock.ts";
import type { LedgerEntry } from "../ledger/index.ts";
import { ACKNOWLEDGED, fakeCluster, healthyView, silentView } from "../system/fake-cluster.ts";
import type { ClusterNode } from "../system/index.ts";
import { loseOneByOne } from "./lose-one-by-one.ts";
import { nobodyListensWitness } from "./nobody-listens-witness.ts";

const NODES = ["n1", "n2", "n3"];

function context(seed: number, clock: RunContext["clock"]): RunContext {
  const { signal } = new AbortController();
  return { runId: "r", clock, random: seededRandom(seed), signal, workDir: "", evidenceDir: "" };
}

/** Runs the fault to its end. With `stubborn`, those that are left never notice that their leader is gone. */
async function dwindle(
  seed: number,
  stubborn = false,
): Promise<{ readonly entries: LedgerEntry[]; readonly log: string[] }> {
  const clock = manualClock();
  const entries: LedgerEntry[] = [];
  const log: string[] = [];
  const alive = new Set(NODES);
  const bare = fakeCluster({
    nodes: NODES,
    get: async () => ACKNOWLEDGED,
    view: async (node) => {
      if (!alive.has(node)) return silentView(node);
      const [first = ""] = alive;
      const leaderId = stubborn ? "9" : alive.size > 1 ? healthyView(first).memberId : null;
      return { ...healthyView(node), leaderId };
    },
  });
  const nodes = bare.nodes.map((node) => ({
    ...node,
    machine: {
      ...node.machine,
      signal: async (process: string, signal: string, actor: string) => {
        alive.delete(node.name);
        log.push(`${signal} ${node.name}/${process} ${actor}`);
      },
      exited: async () => Promise.resolve(),
      start: async (process: string, actor: string) => void log.push(`start ${node.name}/${process} ${actor}`),
    },
  }));
  const recorder = { record: (entry: LedgerEntry) => void entries.push(entry), flush: () => {} };
  const views = NODES.map((node) => healthyView(node));
  const cluster = Object.defineProperty(bare, "nodes", { value: nodes });
  const armed = await loseOneByOne().arm({ cluster, run: context(seed, clock), recorder, views });
  const over = armed.inject();
  await clock.advance(stubborn ? 40_000 : 5000);
  await over;
  await armed.lasts?.lift();
  return { entries, log };
}

test("kills in an order of the seed's, lets each loss be seen for a second, and starts all of them again", async () => {
  const { entries, log } = await dwindle(1);
  const killed = log.slice(0, 3).map((line) => /^SIGKILL (n\d)\/etcd fault$/.exec(line)?.[1] ?? line);
  expect(killed.toSorted()).toEqual(NODES);
  expect(log.slice(3).toSorted()).toEqual(NODES.map((node) => `start ${node}/etcd fault`));
  const stretches = entries.filter((entry) => entry.kind === "stretch");
  expect(stretches.map(({ event, lost }) => [event, lost])).toEqual(
    [1, 2, 3].flatMap((count) => [
      ["begins", killed.slice(0, count)],
      ["ends", killed.slice(0, count)],
    ]),
  );
  for (const [index, { atMs, event }] of stretches.entries())
    if (event === "ends") expect(atMs - (stretches[index - 1]?.atMs ?? 0)).toBe(1000);
  const events = entries.flatMap((entry) => (entry.kind === "fault" ? [entry.event] : []));
  expect(events).toEqual(["armed", "injecting", "injected", "lifting", "lifted"]);
  expect(entries.filter((entry) => entry.kind === "service-read").length).toBeGreaterThan(30);
  const orders = await Promise.all([2, 3, 4, 5].map(async (seed) => (await dwindle(seed)).log.slice(0, 3).join()));
  expect(new Set(orders).size).toBeGreaterThan(1);
});

test("goes on when those that are left never agree: what is seen will show it", async () => {
  const { entries } = await dwindle(1, true);
  const begins = entries.find((entry) => entry.kind === "stretch");
  expect(begins?.atMs).toBeGreaterThanOrEqual(15_000);
});

test("the witness sees who takes connections, whatever the processes and the store say", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const entries: LedgerEntry[] = [];
  const recorder = { record: (entry: LedgerEntry) => void entries.push(entry), flush: () => {} };
  const nodes: Pick<ClusterNode, "clientUrl" | "name" | "peerUrl">[] = [{ name: "n1", clientUrl: url, peerUrl: url }];
  const witness = nobodyListensWitness({ nodes, recorder, run: context(1, systemClock()) });
  await witness.observe("before");
  const closed = once(server, "close");
  server.close();
  await closed;
  await witness.observe("after");
  expect(entries).toMatchObject([
    { when: "before", seen: false },
    { when: "before", seen: false },
    { when: "after", seen: true },
    { when: "after", seen: true },
  ]);
});
