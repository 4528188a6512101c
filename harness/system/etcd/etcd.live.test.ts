/** etcd on the process substrate, with the real programs: what the harness relies on is seen here to be so. */
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSecureContext } from "node:tls";
import { afterAll, describe, expect, test, vi, type TestContext } from "vitest";
import { programsOrSkip } from "../../../fixtures/live/programs.ts";
import { seededRandom, systemClock, type RunContext } from "../../core/index.ts";
import { loseMajorityForGood } from "../../fault/index.ts";
import type { HeldKey, LedgerEntry, MemberView, Recorder, WatchEvent, WitnessEntry } from "../../ledger/index.ts";
import { openProcessSubstrate, type Machine, type Substrate } from "../../substrate/index.ts";
import type { Attempt, Cluster, HeldEnd } from "../cluster.ts";
import type { WatchEnd, WatchOptions } from "../watches.ts";
import { hashValue } from "../value-hash.ts";
import { etcd } from "./etcd.ts";
import { openGateway } from "./gateway.ts";
import { survivorAndReplacements } from "./roles.ts";

/** A cluster of three for one group of tests, with everything that was recorded of it. */
interface Stage {
  readonly cluster: Cluster;
  readonly run: RunContext;
  readonly entries: LedgerEntry[];
  readonly recorder: Recorder;
}

const system = etcd({ members: 3 });
const opened = new AsyncDisposableStack();
afterAll(async () => opened.disposeAsync());

async function provisioned(runId: string, programs: Readonly<Record<string, string>>): Promise<Stage> {
  const folder = await mkdtemp(join(tmpdir(), "drillbook-test-"));
  opened.defer(async () => rm(folder, { recursive: true }));
  const run: RunContext = {
    runId,
    clock: systemClock(),
    random: seededRandom(1),
    signal: new AbortController().signal,
    workDir: join(folder, "work"),
    evidenceDir: join(folder, "evidence"),
  };
  const entries: LedgerEntry[] = [];
  const recorder: Recorder = { record: (entry) => void entries.push(entry), flush: () => undefined };
  const substrate: Substrate = opened.use(await openProcessSubstrate({ run, recorder }));
  const cluster = opened.use(await system.provision({ substrate, run, recorder, programs }));
  await vi.waitFor(async () => expect(leadersOf(await viewsOf(cluster))).toHaveLength(1), { timeout: 60_000 });
  return { cluster, run, entries, recorder };
}

async function viewsOf(cluster: Cluster): Promise<readonly MemberView[]> {
  return Promise.all(cluster.nodes.map(async ({ name }) => cluster.view(name, { timeoutMs: 2000 })));
}

/** The leaders that are named, each once; empty unless every member names one. */
function leadersOf(views: readonly MemberView[]): readonly string[] {
  const named = views.map((view) => view.leaderId);
  return named.some((leader) => leader === null) ? [] : [...new Set(named.map(String))];
}

async function heldBy(
  cluster: Cluster,
  node: string,
  options: { readonly prefix: string; readonly revision: string },
): Promise<{ readonly keys: Map<string, HeldKey>; readonly end: HeldEnd }> {
  const reading = cluster.held(node, { ...options, timeoutMs: 10_000 });
  const keys = new Map<string, HeldKey>();
  for (;;) {
    const part = await reading.next();
    if (part.done === true) return { keys, end: part.value };
    for (const item of part.value) keys.set(item.key, item);
  }
}

/** Runs a block in a fresh shell of the machine. */
async function shell(
  machine: Machine,
  block: string,
): Promise<{ readonly exitCode: number | null; readonly output: string }> {
  await using session = await machine.openSession({});
  let output = "";
  const { exitCode } = await session.run(block, {
    timeoutMs: 30_000,
    signal: new AbortController().signal,
    output: (chunk) => (output += Buffer.from(chunk).toString("utf8")),
  });
  return { exitCode, output };
}

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

describe("a healthy cluster", () => {
  let shared: Promise<Stage> | undefined;
  /** One cluster for all tests of this group, in their order; provisioned by the first that does not skip. */
  const healthy = async (context: TestContext): Promise<Stage> => {
    const programs = await programsOrSkip(context, ...system.programs);
    return (shared ??= provisioned("test-healthy", programs));
  };

  test("every member tells the same cluster: three voters, a leader, no alarm", async (context) => {
    const stage = await healthy(context);
    const views = await viewsOf(stage.cluster);
    expect(views.map((view) => view.node)).toEqual(system.nodeNames);
    expect(new Set(views.map((view) => view.clusterId)).size).toBe(1);
    expect(new Set(views.map((view) => view.memberId)).size).toBe(3);
    for (const view of views) {
      expect(view).toMatchObject({
        answered: true,
        reason: null,
        alarms: [],
        quotaBytes: "2147483648",
        members: views[0]?.members,
      });
      expect(view.members?.map((member) => member.name).toSorted()).toEqual([...system.nodeNames]);
      expect(view.members?.every((member) => !member.isLearner)).toBe(true);
      expect(view.members?.map((member) => member.memberId)).toContain(view.memberId);
    }
  });

  test("writes and reads go through each member; text of any kind survives", async (context) => {
    const stage = await healthy(context);
    for (const { name } of stage.cluster.nodes) {
      await using client = stage.cluster.openClient(name, { timeoutMs: 5000 });
      const key = `text/${name}/ä\u0000\n🗝`;
      const put = await client.put(key, "wért 🗄");
      expect(put).toEqual({
        outcome: "acknowledged",
        revision: expect.stringMatching(/^\d+$/),
        value: null,
        reason: null,
      });
      expect(await client.get(key)).toEqual({ ...put, value: "wért 🗄" });
      expect(await client.put(key, "")).toMatchObject({ outcome: "acknowledged" });
      expect(await client.get(key)).toMatchObject({ outcome: "acknowledged", value: "" });
      const removed = await client.delete(key);
      expect(BigInt(removed.revision ?? 0)).toBe(BigInt(put.revision ?? 0) + 2n);
      expect(await client.get(key)).toEqual({ outcome: "acknowledged", revision: null, value: null, reason: null });
    }
  });

  test("a transaction is applied whole at one revision, or not at all when its condition does not hold", async (context) => {
    const stage = await healthy(context);
    await using client = stage.cluster.openClient("n2", { timeoutMs: 5000 });
    const before = await client.put("txn/gone", "old");
    const { attempt, found } = await client.transact({
      writes: [
        { key: "txn/a", value: "ä" },
        { key: "txn/b", value: "" },
        { key: "txn/gone", value: null },
      ],
      onlyIf: null,
    });
    expect(found).toBeNull();
    expect(attempt).toMatchObject({ outcome: "acknowledged", reason: null });
    expect(BigInt(attempt.revision ?? 0)).toBeGreaterThan(BigInt(before.revision ?? 0));
    expect(await client.get("txn/a")).toEqual({ ...attempt, value: "ä" });
    expect(await client.get("txn/b")).toEqual({ ...attempt, value: "" });
    expect(await client.get("txn/gone")).toMatchObject({ outcome: "acknowledged", revision: null, value: null });

    const guarded = async (key: string, revision: string, value: string): ReturnType<typeof client.transact> =>
      client.transact({ writes: [{ key, value }], onlyIf: { key, revision } });
    expect(await guarded("txn/a", attempt.revision ?? "", "second")).toMatchObject({
      attempt: { outcome: "acknowledged" },
      found: null,
    });
    const late = await guarded("txn/a", attempt.revision ?? "", "third");
    expect(late).toMatchObject({
      attempt: { outcome: "refused", revision: null, reason: "compare-failed" },
      found: { outcome: "acknowledged", value: "second" },
    });
    expect(await client.get("txn/a")).toMatchObject({ value: "second", revision: late.found?.revision });
    expect(await guarded("txn/gone", before.revision ?? "", "back")).toMatchObject({
      attempt: { outcome: "refused", reason: "compare-failed" },
      found: { outcome: "acknowledged", revision: null, value: null },
    });
    // Revision 0: the key must be absent.
    expect(await guarded("txn/gone", "0", "new")).toMatchObject({ attempt: { outcome: "acknowledged" } });
    const twice = await client.transact({
      writes: [
        { key: "txn/a", value: "1" },
        { key: "txn/a", value: "2" },
      ],
      onlyIf: null,
    });
    expect(twice.attempt).toMatchObject({ outcome: "refused", reason: "invalid-argument" });
  });

  test("a request that etcd finds wrong is refused", async (context) => {
    const stage = await healthy(context);
    await using client = stage.cluster.openClient("n1", { timeoutMs: 5000 });
    expect(await client.put("", "value")).toMatchObject({ outcome: "refused", reason: "invalid-argument" });
    // Also never applied, but turned away by the gateway's own limit, which etcd's words do not cover: not on the allow-list.
    const large = await client.put("large", "x".repeat(2 * 1024 * 1024));
    expect(large).toMatchObject({ outcome: "unknown", reason: "other-error" });
  });

  test("each member tells every key it holds at a revision, over several pages, with equal hashes", async (context) => {
    const stage = await healthy(context);
    await using client = stage.cluster.openClient("n1", { timeoutMs: 10_000 });
    const keys = Array.from({ length: 2001 }, (_, index) => `held/${index}`);
    const attempts: Attempt[] = [];
    for (let from = 0; from < keys.length; from += 50) {
      const batch = keys.slice(from, from + 50);
      attempts.push(...(await Promise.all(batch.map(async (key) => client.put(key, `value of ${key}`)))));
    }
    expect(attempts.every((attempt) => attempt.outcome === "acknowledged")).toBe(true);
    await client.put("helf", "after the prefix");
    const fence = await client.put("fence", "");
    await client.put("held/later", "after the fence");
    const revision = fence.revision ?? "";
    const hashes = new Set<string>();
    for (const { name } of stage.cluster.nodes) {
      await expect
        .poll(async () => BigInt((await stage.cluster.view(name, { timeoutMs: 2000 })).revision ?? 0))
        .toBeGreaterThan(BigInt(revision));
      const { keys: held, end } = await heldBy(stage.cluster, name, { prefix: "held/", revision });
      expect([...held.keys()].toSorted()).toEqual(keys.toSorted());
      expect(held.get("held/7")).toEqual({
        key: "held/7",
        valueHash: hashValue("value of held/7"),
        revision: attempts[7]?.revision,
        version: "1",
      });
      expect(end).toMatchObject({ complete: true, reason: null, stateHash: { revision } });
      hashes.add(JSON.stringify(end.stateHash));
    }
    expect(hashes.size).toBe(1);
  });

  test("a revision that is still to come is not read as empty", async (context) => {
    const stage = await healthy(context);
    const { keys, end } = await heldBy(stage.cluster, "n1", { prefix: "", revision: "9000000000000000000" });
    expect(keys.size).toBe(0);
    expect(end).toEqual({
      complete: false,
      reason: "etcdserver: mvcc: required revision is a future revision",
      stateHash: null,
    });
  });

  test("a view tells the hash at a revision, and null where the member cannot", async (context) => {
    const stage = await healthy(context);
    const revisions = async (): Promise<Set<string | null>> =>
      new Set((await viewsOf(stage.cluster)).map((view) => view.revision));
    await expect.poll(async () => (await revisions()).size).toBe(1);
    const [revision] = await revisions();
    if (typeof revision !== "string") throw new Error("no member told its revision");
    const views = await Promise.all(
      system.nodeNames.map(async (node) => stage.cluster.view(node, { timeoutMs: 2000, hashAtRevision: revision })),
    );
    expect(views[0]?.stateHash).toEqual({ revision, compactRevision: "-1", hash: expect.stringMatching(/^\d+$/) });
    expect(new Set(views.map((view) => JSON.stringify(view.stateHash))).size).toBe(1);
    const ahead = await stage.cluster.view("n1", { timeoutMs: 2000, hashAtRevision: "9000000000000000000" });
    expect(ahead).toMatchObject({ answered: true, stateHash: null });
  });

  test("keys are readable by their owner only, and nobody is served without a certificate", async (context) => {
    const stage = await healthy(context);
    const [node] = stage.cluster.nodes;
    for (const [machine, file] of [
      [node?.machine, "pki/member.key"],
      [node?.machine, "pki/client.key"],
      [stage.cluster.workstation, "pki/client.key"],
    ] as const) {
      expect((await stat(join(machine?.homeDir ?? "", file))).mode & 0o777).toBe(0o600);
    }
    const authority = await readFile(join(stage.cluster.workstation.homeDir, "pki/ca.crt"), "utf8");
    const stranger = openGateway({
      clientUrl: node?.clientUrl ?? "",
      credentials: createSecureContext({ ca: authority }),
    });
    // In TLS 1.3 the refusal comes after the handshake, when the request may be on its way already.
    expect(await stranger.call("/v3/kv/range", { key: "eA==" }, 5000)).toEqual({
      kind: "failure",
      stage: "sent",
      code: "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED",
    });
    stranger[Symbol.dispose]();
  });

  test("the operator's tools work on each node and on the workstation", async (context) => {
    const stage = await healthy(context);
    const machines = [stage.cluster.workstation, ...stage.cluster.nodes.map((node) => node.machine)];
    const results = await Promise.all(
      machines.map(async (machine) => shell(machine, "etcdctl endpoint health && etcdutl version")),
    );
    expect(
      results.map((result) => result.exitCode),
      JSON.stringify(results),
    ).toEqual([0, 0, 0, 0]);
    const node = await shell(
      stage.cluster.nodes[1]?.machine ?? stage.cluster.workstation,
      'test -d "$DATA_DIR" && grep -c -- "--name=$NODE_NAME" "$MANIFEST"',
    );
    expect(node).toEqual({ exitCode: 0, output: "1\n" });
  });

  test("a hung member: its writes are unknown, its view is not answered, and the others go on", async (context) => {
    const stage = await healthy(context);
    const node = stage.cluster.nodes[2];
    await using client = stage.cluster.openClient("n3", { timeoutMs: 300 });
    expect(await client.put("hang", "before")).toMatchObject({ outcome: "acknowledged" });
    await node?.machine.signal("etcd", "SIGSTOP", "fault");
    expect(await client.put("hang", "on a kept connection")).toMatchObject({ outcome: "unknown", reason: "deadline" });
    expect(await client.put("hang", "on a new connection")).toMatchObject({ outcome: "unknown", reason: "deadline" });
    expect(await stage.cluster.view("n3", { timeoutMs: 300 })).toMatchObject({
      answered: false,
      reason: "deadline",
      leaderId: null,
    });
    await node?.machine.signal("etcd", "SIGCONT", "fault");
    await expect
      .poll(async () => (await client.put("hang", "after")).outcome, { timeout: 30_000 })
      .toBe("acknowledged");
  });

  test("a member killed under load: what was acknowledged is there, what was refused is not", async (context) => {
    const stage = await healthy(context);
    const node = stage.cluster.nodes[2];
    await using client = stage.cluster.openClient("n3", { timeoutMs: 5000 });
    const attempts = new Map<string, Promise<Attempt>>();
    for (let batch = 0; batch < 20; batch++) {
      for (let index = 0; index < 20; index++)
        attempts.set(`kill/${batch}/${index}`, client.put(`kill/${batch}/${index}`, "x"));
      if (batch === 10) await node?.machine.signal("etcd", "SIGKILL", "fault");
      await attempts.get(`kill/${batch}/0`);
    }
    const outcomes = new Map<string, Attempt>();
    for (const [key, attempt] of attempts) outcomes.set(key, await attempt);
    const keysThatWere = (outcome: string): string[] =>
      [...outcomes].filter(([, one]) => one.outcome === outcome).map(([key]) => key);
    expect(keysThatWere("acknowledged").length).toBeGreaterThan(0);
    expect(keysThatWere("refused").length).toBeGreaterThan(0);
    expect(await client.put("kill/late", "x")).toMatchObject({ outcome: "refused", reason: "connection-refused" });

    await node?.machine.exited("etcd");
    await node?.machine.start("etcd", "harness");
    await expect
      .poll(async () => (await client.put("fence", "killed")).outcome, { timeout: 60_000 })
      .toBe("acknowledged");
    const fence = await client.put("fence", "killed, once more");
    const { keys, end } = await heldBy(stage.cluster, "n3", { prefix: "kill/", revision: fence.revision ?? "" });
    expect(end.complete).toBe(true);
    expect(keysThatWere("acknowledged").filter((key) => !keys.has(key))).toEqual([]);
    expect(keysThatWere("refused").filter((key) => keys.has(key))).toEqual([]);
  });

  test("an orderly restart: a new process of the same member", async (context) => {
    const stage = await healthy(context);
    const before = await stage.cluster.view("n1", { timeoutMs: 2000 });
    stage.entries.length = 0;
    await stage.cluster.restart("n1");
    const events = stage.entries
      .filter((entry) => entry.kind === "process")
      .map(({ event, actor, node }) => [node, event, actor]);
    expect(events).toEqual([
      ["n1", "signalled", "harness"],
      ["n1", "exited", "harness"],
      ["n1", "started", "harness"],
    ]);
    await expect.poll(async () => leadersOf(await viewsOf(stage.cluster)), { timeout: 60_000 }).toHaveLength(1);
    expect((await stage.cluster.view("n1", { timeoutMs: 2000 })).memberId).toBe(before.memberId);
  });

  test("an injector that does nothing convinces no witness", async (context) => {
    const stage = await healthy(context);
    const { cluster, run, recorder, entries } = stage;
    const armed = await loseMajorityForGood({ survivor: "leader" }).arm({
      cluster,
      run,
      recorder,
      views: await viewsOf(cluster),
    });
    entries.length = 0;
    await armed.witness.observe("after");
    expect(signsSeen(entries, "after")).toEqual(Array(4).fill(false));
  });

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
});

function signsSeen(entries: readonly LedgerEntry[], when: WitnessEntry["when"]): readonly (boolean | null)[] {
  return entries
    .filter((entry) => entry.kind === "witness")
    .filter((entry) => entry.when === when)
    .map((entry) => entry.seen);
}

describe("a majority lost for good", () => {
  test("is seen by its witness, and the leader that is left keeps all that was acknowledged through --force-new-cluster", async (context) => {
    const programs = await programsOrSkip(context, ...system.programs);
    const { cluster, run, recorder, entries } = await provisioned("test-lost", programs);
    const before = await viewsOf(cluster);
    const fault = loseMajorityForGood({ survivor: "leader" });
    await using armed = await fault.arm({ cluster, run, recorder, views: before });
    await armed.witness.observe("before");
    expect(signsSeen(entries, "before"), JSON.stringify(entries)).toEqual([false, false, false, false]);

    // Writes through every member until none is acknowledged any more: the last ones race with the kill.
    const clients = cluster.nodes.map(({ name }) => opened.use(cluster.openClient(name, { timeoutMs: 1000 })));
    const acknowledged: string[] = [];
    const writing = new AbortController();
    const writers = clients.map(async (client, index) => {
      for (let turn = 0; !writing.signal.aborted; turn++) {
        const attempt = await client.put(`lost/${index}/${turn}`, "x");
        if (attempt.outcome === "acknowledged") acknowledged.push(`lost/${index}/${turn}`);
      }
    });
    await expect.poll(() => acknowledged.length).toBeGreaterThan(100);
    await armed.inject();
    const injectedAtMs =
      entries.find((entry) => entry.kind === "fault" && entry.event === "injecting")?.atMs ?? Number.NaN;
    await armed.witness.observe("after");
    writing.abort();
    await Promise.all(writers);
    expect(signsSeen(entries, "after"), JSON.stringify(entries.filter((entry) => entry.kind === "witness"))).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(armed.targets).toHaveLength(2);
    expect(entries.filter((entry) => entry.kind === "fault").map((entry) => entry.event)).toEqual([
      "armed",
      "injecting",
      "injected",
    ]);
    const sent = entries.filter((entry) => entry.kind === "process" && entry.event === "signalled");
    expect(
      sent.every((entry) => entry.kind === "process" && entry.atMs >= injectedAtMs && entry.actor === "fault"),
    ).toBe(true);

    const after = await viewsOf(cluster);
    const roles = Object.fromEntries(survivorAndReplacements(after).map(({ role, node }) => [role, node]));
    const leader = before.find((view) => view.memberId === view.leaderId)?.node;
    expect(roles["survivor"]).toBe(leader);
    expect([roles["replacement-1"], roles["replacement-2"]]).toEqual(armed.targets);

    const survivor = cluster.nodes.find((node) => node.name === leader);
    if (survivor === undefined) throw new Error("no survivor");
    const { machine } = survivor;
    await machine.signal("etcd", "SIGTERM", "runbook");
    await machine.exited("etcd");
    expect(
      (await shell(machine, 'sed -i "s/^\\( *\\)- --name=.*/&\\n\\1- --force-new-cluster/" "$MANIFEST"')).exitCode,
    ).toBe(0);
    await machine.start("etcd", "runbook");
    await expect
      .poll(async () => leadersOf([await cluster.view(survivor.name, { timeoutMs: 2000 })]), { timeout: 30_000 })
      .toHaveLength(1);
    const alone = await cluster.view(survivor.name, { timeoutMs: 2000 });
    const was = before.find((view) => view.node === leader);
    expect(alone.clusterId).toBe(was?.clusterId);
    expect(alone.memberId).toBe(was?.memberId);
    expect(alone.members?.map((member) => member.memberId)).toEqual([alone.memberId]);
    const { keys, end } = await heldBy(cluster, survivor.name, { prefix: "lost/", revision: alone.revision ?? "" });
    expect(end.complete).toBe(true);
    expect(acknowledged.filter((key) => !keys.has(key))).toEqual([]);
  });
});
