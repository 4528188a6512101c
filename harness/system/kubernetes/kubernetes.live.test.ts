/** Objects through a real API server on real etcd: what the harness relies on is seen here to be so. */
import { afterAll, expect, test, vi, type TestContext } from "vitest";
import { apiOnEtcd, apiProgramsOrSkip, N1, TIMEOUT_MS, type ApiOnEtcd } from "../../../fixtures/live/api-on-etcd.ts";
import { heldBy } from "../../../fixtures/live/etcd-cluster.ts";
import { FENCE_NOT_HELD, type WatchEvent } from "../../ledger/index.ts";
import type { Cluster } from "../cluster.ts";
import { hashValue } from "../value-hash.ts";
import { runProbeThread, type FromProbeThread } from "../probe-thread.ts";
import type { WatchEnd } from "../watches.ts";

const opened = new AsyncDisposableStack();
afterAll(async () => opened.disposeAsync());

let shared: Promise<ApiOnEtcd> | undefined;
/** One server for all tests of this file, in their order; started by the first that does not skip. */
const served = async (context: TestContext): Promise<ApiOnEtcd> => {
  const programs = await apiProgramsOrSkip(context);
  return (shared ??= apiOnEtcd({ opened, programs }));
};

test("an object is made, changed, deleted and made anew, each at a revision of etcd's own that nothing else has", async (context) => {
  const { client, store } = await served(context);
  const key = "drillbook/key/c1/0000000";
  const attempts = [
    await client.put(key, "first"),
    await client.put(key, "second"),
    await client.delete(key),
    await client.put(key, "third"),
  ];
  expect(attempts.map(({ outcome }) => outcome)).toEqual(Array<string>(4).fill("acknowledged"));
  const revisions = attempts.map(({ revision }) => Number(revision));
  expect(revisions).toEqual(revisions.toSorted((a, b) => a - b));
  expect(new Set(revisions).size).toBe(4);
  const now = Number((await store.view(N1, { timeoutMs: TIMEOUT_MS })).revision);
  expect(now).toBeGreaterThanOrEqual(revisions[3] ?? Infinity);
  const found = { outcome: "acknowledged", revision: attempts[3]?.revision, value: "third", reason: null };
  expect(await client.get(key)).toEqual(found);
  await vi.waitFor(async () => expect(await client.getLocal(key)).toEqual(found), { timeout: TIMEOUT_MS });
});

test("of what is not there a read finds nothing, and a delete deletes nothing", async (context) => {
  const { client } = await served(context);
  const nothing = { outcome: "acknowledged", revision: null, value: null, reason: null };
  expect(await client.get("drillbook/key/never")).toEqual(nothing);
  expect(await client.getLocal("drillbook/key/never")).toEqual(nothing);
  expect(await client.delete("drillbook/key/never")).toMatchObject({ outcome: "refused", reason: "not-there" });
});

test("a server is read behind the fence, with how often each object was changed, and not without it", async (context) => {
  const { client, cluster, store } = await served(context);
  const prefix = "drillbook/key/held/";
  const values = { a: ["1"], b: ["1", "2", "3"], c: ["1"] } as const;
  const written = new Map<string, string | null>();
  for (const [name, all] of Object.entries(values))
    for (const value of all) written.set(name, (await client.put(`${prefix}${name}`, value)).revision);
  await client.delete(`${prefix}c`);
  const fence = { key: "drillbook/fence/one", value: "behind" };
  const { revision } = await client.put(fence.key, fence.value);
  const { end, keys } = await heldBy(cluster, N1, { prefix, ...fence });
  expect(end).toMatchObject({ complete: true, revision, fenceValueHash: hashValue(fence.value), reason: null });
  expect([...keys.values()]).toEqual([
    { key: `${prefix}a`, valueHash: hashValue("1"), revision: written.get("a"), version: "1" },
    { key: `${prefix}b`, valueHash: hashValue("3"), revision: written.get("b"), version: "3" },
  ]);
  const { stateHash } = await store.view(N1, { timeoutMs: TIMEOUT_MS, hashAtRevision: revision ?? "" });
  expect(end.stateHash?.hash).toBe(stateHash?.hash);

  const other = { prefix, key: fence.key, value: "another" };
  const reading = cluster.held(N1, { prefix, fence: { ...other, revision }, timeoutMs: 500 });
  expect((await reading.next()).value).toMatchObject({
    complete: false,
    reason: FENCE_NOT_HELD,
    fenceValueHash: hashValue(fence.value),
  });
});

/** A watch that is listened to from now on. */
function watching(
  cluster: Cluster,
  options: { readonly prefix: string; readonly fromRevision: string | null; readonly signal: AbortSignal },
): {
  readonly created: Promise<string | null>;
  readonly events: readonly WatchEvent[];
  readonly end: Promise<WatchEnd>;
} {
  const events: WatchEvent[] = [];
  const { promise: created, resolve } = Promise.withResolvers<string | null>();
  const listen = async (): Promise<WatchEnd> => {
    const messages = cluster.watches?.open(N1, { ...options, openWithinMs: TIMEOUT_MS });
    if (messages === undefined) throw new Error("the API has watches");
    for (;;) {
      const next = await messages.next();
      if (next.done === true) return next.value;
      if (next.value.kind === "created") resolve(next.value.revision);
      else events.push(...next.value.events);
    }
  };
  return { created, events, end: listen() };
}

test("a watch tells every change below its prefix in order, and goes on at the revision that is asked for", async (context) => {
  const { client, cluster } = await served(context);
  const ending = new AbortController();
  const { signal } = ending;
  const prefix = "drillbook/key/watched/";
  const before = await client.put("drillbook/key/elsewhere", "before");
  const first = watching(cluster, { prefix, fromRevision: null, signal });
  expect(Number(await first.created)).toBeGreaterThanOrEqual(Number(before.revision));
  const written = [
    await client.put(`${prefix}a`, "1"),
    await client.put(`${prefix}a`, "2"),
    await client.delete(`${prefix}a`),
  ];
  await client.put("drillbook/key/elsewhere", "after");
  await vi.waitFor(() => expect(first.events).toHaveLength(3), { timeout: TIMEOUT_MS });
  expect(first.events).toEqual([
    { op: "put", key: `${prefix}a`, revision: written[0]?.revision },
    { op: "put", key: `${prefix}a`, revision: written[1]?.revision },
    { op: "delete", key: `${prefix}a`, revision: written[2]?.revision },
  ]);
  const again = watching(cluster, { prefix, fromRevision: written[1]?.revision ?? null, signal });
  await vi.waitFor(() => expect(again.events).toEqual(first.events.slice(1)), { timeout: TIMEOUT_MS });
  ending.abort();
  expect(await Promise.all([first.end, again.end])).toEqual([{ kind: "ended" }, { kind: "ended" }]);
});

test("a server is probed from the thread of the probes", async (context) => {
  const { cluster } = await served(context);
  const access = cluster.probeAccess(N1);
  if (access === null) throw new Error("a server of the API can be probed from everywhere");
  const ending = new AbortController();
  const said: FromProbeThread[] = [];
  const probed = runProbeThread({
    members: [{ node: N1, access }],
    grid: { periodMs: 100, timeoutMs: TIMEOUT_MS },
    baseInstantNs: process.hrtime.bigint(),
    record: (entry) => void said.push(entry),
    signal: ending.signal,
  });
  const answered = (): number => said.filter((one) => one.kind === "service-probe" && one.ok === true).length;
  await vi.waitFor(() => expect(answered()).toBeGreaterThan(10), { timeout: TIMEOUT_MS });
  ending.abort();
  await probed;
  expect(said.filter((one) => one.kind === "service-probe" && one.ok === false)).toEqual([]);
});

test("without etcd a write is not acknowledged and its fate unknown, while the server tells what it has", async (context) => {
  const { client, cluster, store } = await served(context);
  const key = "drillbook/key/stalled";
  await client.put(key, "before");
  const machine = store.nodes[0]?.machine;
  await machine?.signal("etcd", "SIGSTOP", "harness");
  await using hasty = cluster.openClient(N1, { timeoutMs: 1500 });
  const [put, read, local] = await Promise.all([hasty.put(key, "stalled"), hasty.get(key), hasty.getLocal(key)]);
  await machine?.signal("etcd", "SIGCONT", "harness");
  expect(put).toMatchObject({ outcome: "unknown" });
  expect(read).toMatchObject({ outcome: "unknown" });
  expect(local).toMatchObject({ outcome: "acknowledged", value: "before" });
});

test("a watch at a server that is killed is lost, nothing is sent to one that is not there, and one that is started again has forgotten", async (context) => {
  const { client, cluster, kill, startAgain } = await served(context);
  const { signal } = new AbortController();
  const prefix = "drillbook/key/forgotten/";
  const before = await client.put(`${prefix}a`, "before");
  const watch = watching(cluster, { prefix, fromRevision: null, signal });
  await watch.created;
  await kill();
  expect(await watch.end).toMatchObject({ kind: "lost" });
  expect(await client.put(`${prefix}b`, "1")).toMatchObject({ outcome: "refused", reason: "connection-refused" });
  const refused = watching(cluster, { prefix, fromRevision: null, signal });
  expect(await refused.end).toEqual({ kind: "not-opened", reason: "connection-refused" });

  await startAgain();
  expect(await client.get(`${prefix}a`)).toMatchObject({ value: "before", revision: before.revision });
  const late = watching(cluster, { prefix, fromRevision: before.revision, signal });
  const end = await late.end;
  expect(end).toMatchObject({ kind: "cancelled", reason: expect.stringMatching(/^too old resource version/) });
  if (end.kind !== "cancelled" || end.compactRevision === null) throw new Error("it does not say what it still has");
  expect(Number(end.compactRevision)).toBeGreaterThan(Number(before.revision));
});
