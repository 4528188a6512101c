/** Watches on real etcd: what the harness relies on is seen here to be so. */
import { afterAll, expect, test, vi, type TestContext } from "vitest";
import { leadersOf, provisionedEtcd, shell, viewsOf, type Stage } from "../../../fixtures/live/etcd-cluster.ts";
import { programsOrSkip } from "../../../fixtures/live/programs.ts";
import type { WatchEvent } from "../../ledger/index.ts";
import type { Cluster } from "../cluster.ts";
import type { WatchEnd, WatchOptions } from "../watches.ts";
import { etcd } from "./etcd.ts";

const system = etcd({ members: 3 });
const opened = new AsyncDisposableStack();
afterAll(async () => opened.disposeAsync());

let shared: Promise<Stage> | undefined;
/** One cluster for all tests of this file, in their order; provisioned by the first that does not skip. */
const healthy = async (context: TestContext): Promise<Stage> => {
  const programs = await programsOrSkip(context, ...system.programs);
  return (shared ??= provisionedEtcd(system, { opened, programs }));
};

/** A watch that is listened to from now on. */
function watching(
  cluster: Cluster,
  node: string,
  options: Omit<WatchOptions, "openWithinMs">,
): { readonly created: Promise<void>; readonly events: readonly WatchEvent[]; readonly end: Promise<WatchEnd> } {
  const events: WatchEvent[] = [];
  const { promise: created, resolve } = Promise.withResolvers<void>();
  const listen = async (): Promise<WatchEnd> => {
    const messages = cluster.watches?.open(node, { ...options, openWithinMs: 5000 });
    if (messages === undefined) throw new Error("etcd has watches");
    for (;;) {
      const next = await messages.next();
      if (next.done === true) return next.value;
      if (next.value.kind === "created") resolve();
      else events.push(...next.value.events);
    }
  };
  return { created, events, end: listen() };
}

test("a watch tells every change in order, and goes on at the revision that is asked for", async (context) => {
  const { cluster } = await healthy(context);
  await using client = cluster.openClient("n1", { timeoutMs: 5000 });
  const ending = new AbortController();
  const prefix = "watched/go-on/";
  const first = watching(cluster, "n2", { prefix, fromRevision: null, signal: ending.signal });
  await first.created;
  const written = [
    await client.put(`${prefix}a`, "1"),
    await client.put(`${prefix}b`, "2"),
    await client.delete(`${prefix}a`),
  ];
  await vi.waitFor(() => expect(first.events).toHaveLength(3), { timeout: 10_000 });
  expect(first.events).toEqual([
    { op: "put", key: `${prefix}a`, revision: written[0]?.revision },
    { op: "put", key: `${prefix}b`, revision: written[1]?.revision },
    { op: "delete", key: `${prefix}a`, revision: written[2]?.revision },
  ]);
  const again = watching(cluster, "n3", {
    prefix,
    fromRevision: written[1]?.revision ?? null,
    signal: ending.signal,
  });
  await vi.waitFor(() => expect(again.events).toEqual(first.events.slice(1)), { timeout: 10_000 });
  ending.abort();
  expect(await Promise.all([first.end, again.end])).toEqual([{ kind: "ended" }, { kind: "ended" }]);
});

test("a watch from a revision to come is taken, and silent until then", async (context) => {
  const { cluster } = await healthy(context);
  await using client = cluster.openClient("n1", { timeoutMs: 5000 });
  const ending = new AbortController();
  const prefix = "watched/to-come/";
  const now = BigInt((await client.put("elsewhere", "1")).revision ?? 0);
  const wanted = String(now + 3n);
  const watch = watching(cluster, "n1", { prefix, fromRevision: wanted, signal: ending.signal });
  await watch.created;
  for (const name of ["a", "b", "c", "d"]) await client.put(`${prefix}${name}`, "1");
  await vi.waitFor(() => expect(watch.events.map((one) => one.key)).toContain(`${prefix}d`), { timeout: 10_000 });
  expect(watch.events.every((one) => BigInt(one.revision) >= BigInt(wanted))).toBe(true);
  expect(watch.events.map((one) => one.key)).not.toContain(`${prefix}a`);
  ending.abort();
  expect(await watch.end).toEqual({ kind: "ended" });
});

test("a watch whose revisions are gone is told so", async (context) => {
  const { cluster } = await healthy(context);
  await using client = cluster.openClient("n1", { timeoutMs: 5000 });
  const { revision } = await client.put("elsewhere", "2");
  expect(await shell(cluster.workstation, `etcdctl compact ${revision}`)).toMatchObject({ exitCode: 0 });
  const { signal } = new AbortController();
  const watch = watching(cluster, "n1", { prefix: "watched/", fromRevision: "2", signal });
  expect(await watch.end).toMatchObject({ kind: "cancelled", compactRevision: revision });
});

test("a watch at a member that is stopped is lost, and nobody takes one while it is down", async (context) => {
  const { cluster } = await healthy(context);
  const { signal } = new AbortController();
  const watch = watching(cluster, "n3", { prefix: "watched/", fromRevision: null, signal });
  await watch.created;
  const machine = cluster.nodes.find((node) => node.name === "n3")?.machine;
  await machine?.signal("etcd", "SIGKILL", "harness");
  await machine?.exited("etcd");
  expect(await watch.end).toMatchObject({ kind: "lost" });
  const refused = watching(cluster, "n3", { prefix: "watched/", fromRevision: null, signal });
  expect(await refused.end).toEqual({ kind: "not-opened", reason: "ECONNREFUSED" });
  await machine?.start("etcd", "harness");
  await vi.waitFor(async () => expect(leadersOf(await viewsOf(cluster))).toHaveLength(1), { timeout: 60_000 });
});

test("a watch at a member that has lost its majority ends and says so", async (context) => {
  const { cluster } = await healthy(context);
  const { signal } = new AbortController();
  const watch = watching(cluster, "n1", { prefix: "watched/", fromRevision: null, signal });
  await watch.created;
  const others = cluster.nodes.filter((node) => node.name !== "n1").map((node) => node.machine);
  for (const machine of others) await machine.signal("etcd", "SIGKILL", "harness");
  expect(await watch.end).toEqual({ kind: "lost", reason: "etcdserver: no leader" });
  for (const machine of others) await machine.start("etcd", "harness");
  await vi.waitFor(async () => expect(leadersOf(await viewsOf(cluster))).toHaveLength(1), { timeout: 60_000 });
});
