/** Lease objects through a real API server on real etcd: what the candidates rely on, and that what is lost beneath the API is seen. */
import { afterAll, expect, test, type TestContext } from "vitest";
import { shell } from "../../../fixtures/live/etcd-cluster.ts";
import { apiOnEtcd, apiProgramsOrSkip, N1, TIMEOUT_MS, type ApiOnEtcd } from "../../../fixtures/live/api-on-etcd.ts";
import { pick } from "../../integrity/evidence.ts";
import { isHeldAgain, leaseObjectAccount } from "../../integrity/lease-object-faults.ts";
import { heldByTwo, sharedTerms } from "../../integrity/lease-object-holders.ts";
import { leaseObjectRecords, type LeaseObjectRecord } from "../../integrity/lease-object-records.ts";
import type { LedgerEntry } from "../../ledger/index.ts";
import { LEASE_OBJECT_PREFIX, startCandidates } from "../../workload/index.ts";
import type { Cluster } from "../cluster.ts";
import type { LeaseObjectClient } from "../lease-objects.ts";

const opened = new AsyncDisposableStack();
afterAll(async () => opened.disposeAsync());

let shared: Promise<ApiOnEtcd> | undefined;
/** One server for all tests of this file; started by the first that does not skip. */
const served = async (context: TestContext): Promise<ApiOnEtcd> => {
  const programs = await apiProgramsOrSkip(context);
  return (shared ??= apiOnEtcd({ opened, programs }));
};

function clientOf({ openLeaseObjectClient: open }: Cluster): LeaseObjectClient {
  if (open === null) throw new Error("the API has Lease objects");
  return open(N1, { timeoutMs: TIMEOUT_MS });
}

const placeOf = (name: string): string => `/registry/leases/default/${name}`;

test("one is made once, and written only over what it was seen to be", async (context) => {
  const { cluster, store } = await served(context);
  await using client = clientOf(cluster);
  const name = "drillbook.test.one";
  const held = { holder: "a", term: 0, renewedAtUnixMs: 1_700_000_000_123, ttlMs: 3000 };
  expect(await client.read(name)).toEqual({ outcome: "acknowledged", found: null, reason: null });
  const made = await client.write(name, held, null);
  expect(made).toMatchObject({
    outcome: "acknowledged",
    found: { name, holder: "a", term: 0, renewedAtUnixMs: 1_700_000_000_123 },
  });
  const refused = { outcome: "refused", found: null, reason: "compare-failed" };
  expect(await client.write(name, { ...held, holder: "b" }, null)).toEqual(refused);

  const renewed = await client.write(name, { ...held, renewedAtUnixMs: 1_700_000_001_000 }, made.found);
  expect(Number(renewed.found?.revision)).toBeGreaterThan(Number(made.found?.revision));
  expect(await client.write(name, { ...held, holder: "b", term: 1 }, made.found)).toEqual(refused);
  expect(await client.read(name)).toEqual(renewed);

  const given = await client.write(name, { ...held, holder: null, renewedAtUnixMs: 1_700_000_002_000 }, renewed.found);
  expect(given.found).toMatchObject({ holder: null, term: 0 });
  expect(await client.list("drillbook.test.")).toEqual({ items: [given.found] });
  // The revisions are etcd's own.
  const { revision } = await store.view(N1, { timeoutMs: TIMEOUT_MS });
  expect(Number(revision)).toBeGreaterThanOrEqual(Number(given.found?.revision));

  expect(await shell(store.workstation, `etcdctl del ${placeOf(name)}`)).toMatchObject({ output: "1\n" });
  expect(await client.write(name, { ...held, holder: "b" }, given.found)).toEqual(refused);
  expect(await client.read(name)).toMatchObject({ outcome: "acknowledged", found: null });
});

const WORKS_FOR_MS = 12_000;

test("candidates hold one in turn; what goes back beneath them is lost, held again and given to two", async (context) => {
  const { cluster, stage, store } = await served(context);
  const { entries, recorder, run } = stage;
  /** The candidates of these nodes, all through the one server, for so long; then what it lists. */
  const work = async (
    names: readonly string[],
    record: readonly LedgerEntry[],
  ): Promise<readonly LeaseObjectRecord[]> => {
    const [node] = cluster.nodes;
    if (node === undefined) throw new Error("there is one node");
    const many: Cluster = {
      ...cluster,
      nodes: names.map((name) => ({ ...node, name })),
      openLeaseObjectClient: () => clientOf(cluster),
    };
    const candidates = startCandidates({ cluster: many, run, recorder, record, timeoutMs: TIMEOUT_MS });
    await run.clock.sleep(WORKS_FOR_MS, run.signal);
    await candidates.stop();
    return looked();
  };
  const looked = async (): Promise<readonly LeaseObjectRecord[]> => {
    await using client = clientOf(cluster);
    const sentAtMs = run.clock.nowMs();
    const listed = await client.list(LEASE_OBJECT_PREFIX);
    if ("reason" in listed) throw new Error(listed.reason);
    recorder.record({
      kind: "lease-object-state",
      atMs: run.clock.nowMs(),
      sentAtMs,
      node: N1,
      ...listed,
      reason: null,
    });
    return leaseObjectRecords({ all: (kind) => pick(entries, kind) });
  };
  const ground = {
    timeline: { runbookStartedAtMs: null },
    account: { mustKeepEverything: true, recoveryPointRevision: undefined },
  };
  const accountOf = (records: readonly LeaseObjectRecord[]): ReturnType<typeof leaseObjectAccount> =>
    leaseObjectAccount(records, ground);
  const twice = (records: readonly LeaseObjectRecord[]): number =>
    records.flatMap((one) => [...sharedTerms(one, ground, true), ...heldByTwo(one, pick(entries, "lease-object"))])
      .length;

  const before = await work(["n1", "n2", "n3"], []);
  expect(accountOf(before)).toEqual({ lost: [], foreign: [], visibleRefusals: [] });
  expect(twice(before)).toBe(0);
  const writes = before.flatMap((one) => one.writes.filter(({ outcome }) => outcome === "acknowledged"));
  expect(new Set(writes.map(({ act }) => act))).toEqual(new Set(["acquire", "renew", "release"]));
  expect(new Set(writes.map(({ revision }) => revision)).size).toBe(writes.length);

  const own = writes.filter(({ name }) => name === `${LEASE_OBJECT_PREFIX}held`);
  const handOver = own.findLast(({ act }) => act === "acquire");
  const free = own.findLast(({ act, revision }) => act === "release" && Number(revision) < Number(handOver?.revision));
  const given = writes.find(({ act, name }) => act === "acquire" && name.includes("given-up"));
  if (handOver === undefined || free === undefined || given === undefined)
    throw new Error("they worked for too short a time");
  const backTo = ({ name, revision }: typeof given): string =>
    `etcdctl get ${placeOf(name)} --rev=${revision} --print-value-only | head --bytes=-1 | etcdctl put ${placeOf(name)}`;
  const beneath = `set -e\n${backTo(free)}\n${backTo(given)}`;
  expect(await shell(store.workstation, beneath)).toMatchObject({ exitCode: 0, output: "OK\nOK\n" });

  const { foreign, lost } = accountOf(await looked());
  expect(foreign).toEqual([]);
  expect(lost.map(({ write }) => write)).toContain(handOver);
  expect(lost.filter(isHeldAgain).map(({ name }) => name)).toEqual([given.name]);

  const others = ["n1", "n2", "n3"].filter((name) => handOver.candidate !== `candidate-${name}`);
  const after = await work(others, entries);
  expect(after.flatMap((one) => sharedTerms(one, ground, true))).toMatchObject([
    { first: { candidate: handOver.candidate, term: handOver.term }, second: { term: handOver.term }, byDesign: false },
  ]);
});
