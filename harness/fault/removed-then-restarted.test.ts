import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer, type AddressInfo, type Server } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { committingMembers, type CommittingMembers } from "../../fixtures/in-memory/committing-members.ts";
import { seededRandom } from "../core/index.ts";
import { driveToEnd, manualClock } from "../core/manual-clock.ts";
import type { LedgerEntry } from "../ledger/index.ts";
import { healthyView, silentView } from "../system/fake-cluster.ts";
import type { ArmOptions } from "./fault.ts";
import { databaseOf } from "./member-files.ts";
import { removedThenRestarted } from "./removed-then-restarted.ts";

const NODES = ["n1", "n2", "n3"];
const fault = removedThenRestarted({ remove: "n3", othersPanic: true });

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "drillbook-test-"));
});
afterEach(async () => rm(home, { recursive: true }));

/** A cluster in steady state, of which somebody keeps a record. */
function arming({ cluster, log }: CommittingMembers, clock = manualClock()): ArmOptions & { entries: LedgerEntry[] } {
  const entries: LedgerEntry[] = [];
  const record = (entry: LedgerEntry): void => {
    entries.push(entry);
    if (entry.kind === "fault") log.push(entry.event);
  };
  const signal = new AbortController().signal;
  const run = { runId: "r", clock, random: seededRandom(1), signal, workDir: "", evidenceDir: "" };
  const recorder = { record, flush: () => void log.push("flush") };
  return { cluster, run, recorder, entries, views: NODES.map((node) => healthyView(node)) };
}

/** Both members that are left take a snapshot of their raft log. */
async function takeSnapshots({ cluster }: CommittingMembers, name: string): Promise<void> {
  for (const node of cluster.nodes) await writeFile(join(dirname(databaseOf(node)), `${name}.snap`), "");
}

test("is refused where the member to be removed is not there", async () => {
  const members = await committingMembers(home, { names: NODES });
  const views = [...NODES.slice(0, 2).map((node) => healthyView(node)), silentView("n3")];
  await expect(fault.arm({ ...arming(members), views })).rejects.toThrow("n3 has no member to remove");
  expect(members.log).toEqual([]);
});

test("touches nothing when it is armed, and says what it would touch", async () => {
  const members = await committingMembers(home, { names: NODES });
  const armed = await fault.arm(arming(members));
  expect(members.log).toEqual(["armed"]);
  expect(armed.targets).toEqual(NODES);
  expect(armed.blastRadius[0]).toContain("n3: its member 3 is removed");
  expect(armed.blastRadius.slice(1).join()).toMatch(/n1: .*SIGKILL.*n2: .*SIGKILL/);
});

describe("injecting", () => {
  /** Arms and injects; each member takes a snapshot once it is waited for. */
  async function inject(members: CommittingMembers, meanwhile: () => Promise<void> = async () => undefined) {
    const clock = manualClock();
    await takeSnapshots(members, "0000000000000002-0000000000000064");
    const armed = await fault.arm(arming(members, clock));
    const injected = armed.inject();
    await clock.advance(500);
    await takeSnapshots(members, "0000000000000002-00000000000000c8");
    await meanwhile();
    return driveToEnd(clock, injected);
  }

  test("waits for a snapshot, removes, waits for the end of the removed, kills the others and starts them", async () => {
    const members = await committingMembers(home, { names: NODES, puts: null, endsWhenRemoved: "n3" });
    await inject(members);
    const acts = members.log.filter((line) => !/^SIG(STOP|CONT)|^put|^flush/.test(line));
    expect(acts).toEqual([
      ...["armed", "injecting", "etcdctl member remove 3"],
      ...["SIGKILL n1", "SIGKILL n2", "n1 exited", "n2 exited"],
      ...["fault starts n1", "fault starts n2", "injected"],
    ]);
    expect(members.log.slice(0, 5)).toEqual([
      "armed",
      "injecting",
      "flush",
      "etcdctl member remove 3",
      "put through n1",
    ]);
    expect(members.log.some((line) => line.endsWith(" n3"))).toBe(false);
  });

  test("touches nothing while no snapshot of the raft log is taken", async () => {
    const members = await committingMembers(home, { names: NODES });
    const clock = manualClock();
    const armed = await fault.arm(arming(members, clock));
    await expect(driveToEnd(clock, armed.inject())).rejects.toThrow("--snapshot-count");
    expect(members.log).toEqual(["armed"]);
  });

  test("kills nobody while the removed member goes on", async () => {
    const members = await committingMembers(home, { names: NODES });
    await expect(inject(members)).rejects.toThrow("has not ended within");
    expect(members.log.some((line) => line.startsWith("SIG"))).toBe(false);
  });

  test("is no such disaster after a later snapshot: that is said, and nobody is started", async () => {
    const members = await committingMembers(home, {
      names: NODES,
      puts: null,
      endsWhenRemoved: "n3",
      machine: { exited: async () => takeSnapshots(members, "0000000000000002-000000000000012c") },
    });
    await expect(inject(members)).rejects.toThrow("n1, n2 took a snapshot of the raft log after the removal");
    expect(members.log.at(-1)).toMatch(/^SIGKILL/);
  });

  test("leaves nothing on the operator's machine", async () => {
    await inject(await committingMembers(home, { names: NODES, puts: null, endsWhenRemoved: "n3" }));
    expect(await readdir(join(home, "workstation"))).toEqual([]);
  });
});

describe("the witness", () => {
  const START = '{"msg":"starting an etcd server"}\n';
  const REMOVED = '{"msg":"removed remote peer"}\n';
  const PANIC = '{"msg":"unexpected removal of unknown remote peer"}\n';
  const SKIPPED = '{"msg":"skipped removing already removed peer"}\n';
  const SIGNS = fault.signs;

  let server: Server;
  beforeEach(async () => {
    server = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  afterEach(async () => new Promise<void>((resolve) => void server.close(() => resolve())));

  async function signs(log: string | null, when: "before" | "after", listens: boolean) {
    const clock = manualClock();
    const readLog = async (_process: string, fromByte: number): Promise<Uint8Array> => {
      if (log === null) throw new Error("planted");
      return Buffer.from(log).subarray(fromByte, fromByte + 40);
    };
    const members = await committingMembers(home, { names: NODES, machine: { readLog } });
    const { port } = server.address() as AddressInfo;
    if (!listens) await new Promise<void>((resolve) => void server.close(() => resolve()));
    const nodes = members.cluster.nodes.map((node) => ({ ...node, clientUrl: `https://127.0.0.1:${port}` }));
    const options = arming(members, clock);
    const armed = await fault.arm({ ...options, cluster: { ...members.cluster, nodes } });
    let over = false;
    const observed = armed.witness.observe(when).finally(() => (over = true));
    while (!over) await clock.advance(500);
    await observed;
    const seen = options.entries.flatMap((entry) => (entry.kind === "witness" ? [entry] : []));
    expect(seen.map((entry) => entry.when)).toEqual(SIGNS.map(() => when));
    return SIGNS.map((sign) => seen.find((entry) => entry.sign === sign)?.seen);
  }

  test.each<[string, string | null, boolean, readonly (boolean | null)[]]>([
    ["nothing has happened", START, true, [false, false, false]],
    ["the removal was all", START + REMOVED, true, [false, false, false]],
    ["the others were restarted before it was applied", START + REMOVED + START, false, [true, false, false]],
    ["they panic", START + REMOVED + START + PANIC, false, [true, true, true]],
    ["they panic at a later start", START + REMOVED + START + START + PANIC, false, [true, true, true]],
    ["they have the peer back from the snapshot", START + REMOVED + START + REMOVED, false, [true, true, false]],
    ["they do without the peer", START + REMOVED + START + SKIPPED, false, [true, true, false]],
    ["their logs cannot be read", null, false, [true, null, null]],
  ])("after: %s", async (_, log, listens, expected) => {
    expect(await signs(log, "after", listens)).toEqual(expected);
  });

  test("before: looks once", async () => {
    expect(await signs(START, "before", true)).toEqual([false, false, false]);
  });
});
