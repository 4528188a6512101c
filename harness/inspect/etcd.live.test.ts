/** Real etcd folders: what is read from them is held against what the members said of themselves, what etcdutl says, and whether etcd starts from them. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { programsOrSkip } from "../../fixtures/live/programs.ts";
import { startProgram, type StartedProgram } from "../../fixtures/live/started-program.ts";
import { openStoreFolder } from "../system/open-store-folder.ts";
import { compareStores } from "./compare.ts";
import { ENTRY, readFrame, type WalRecord } from "./etcd/wal-frame.ts";
import { inspectStore } from "./inspect-store.ts";
import type { StoreReport } from "./report.ts";

const root = mkdtempSync(join(tmpdir(), "drillbook-inspect-etcd-"));
afterAll(() => rmSync(root, { recursive: true }));

/** Loopback addresses that nothing else here uses. */
const MEMBERS = [1, 2, 3].map((id) => ({ name: `m${id}`, url: `http://127.0.78.${id}`, folder: join(root, `m${id}`) }));

/** Of the raft log; the default of 10000 would take minutes to reach. */
const SNAPSHOT_COUNT = "100";

function startMember(etcd: string, at: number, folder: string, listens = MEMBERS[at]): StartedProgram {
  const [client, peer] = [`${listens?.url}:2379`, `${listens?.url}:2380`];
  return startProgram(etcd, [
    ...["--name", MEMBERS[at]?.name ?? "", "--data-dir", folder, "--snapshot-count", SNAPSHOT_COUNT],
    ...["--listen-client-urls", client, "--advertise-client-urls", client],
    ...["--listen-peer-urls", peer, "--initial-advertise-peer-urls", `${MEMBERS[at]?.url}:2380`],
    ...["--initial-cluster", MEMBERS.map(({ name, url }) => `${name}=${url}:2380`).join(",")],
  ]);
}

async function call(at: number, path: string, body: object): Promise<Record<string, unknown>> {
  const answer = await fetch(`${MEMBERS[at]?.url}:2379/v3/${path}`, { method: "POST", body: JSON.stringify(body) });
  expect(answer.status).toBe(200);
  return (await answer.json()) as Record<string, unknown>;
}

async function put(from: number, count: number): Promise<void> {
  const base64 = (text: string): string => Buffer.from(text).toString("base64");
  for (let key = from; key < from + count; key++)
    await call(0, "kv/put", { key: base64(`key${key}`), value: base64(`value ${key}`) });
}

interface Status {
  readonly header: { readonly cluster_id: string; readonly member_id: string; readonly revision: string };
  readonly leader: string;
  readonly raftIndex: string;
  readonly raftAppliedIndex: string;
  readonly raftTerm: string;
}

async function statusOf(at: number): Promise<Status> {
  return (await call(at, "maintenance/status", {})) as unknown as Status;
}

function report(path: string): StoreReport {
  using folder = openStoreFolder(path, path);
  return inspectStore(folder, "etcd");
}

/** Changes a byte of the last file of that kind. */
function flip(folder: string, kind: RegExp, place: (bytes: Buffer) => number): void {
  const name =
    readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((one) => kind.test(one))
      .toSorted()
      .at(-1) ?? "";
  const bytes = readFileSync(join(folder, name));
  const at = place(bytes);
  bytes[at] = (bytes[at] ?? 0) ^ 0x10;
  writeFileSync(join(folder, name), bytes);
}

const SECTOR_BYTES = 512;

/**
 * A record of the WAL that lies within one sector, as no unfinished write does, with ten behind it. What etcd makes of a byte that is wrong depends on where in its
 * record it is (docs/inspect.md): byte 7 is the end of its length, byte 20 is in its data, the last one fills it up.
 */
function inRecord(byte: number): (bytes: Buffer) => number {
  return (bytes) => {
    const records: WalRecord[] = [];
    for (let at = 0; ;) {
      const frame = readFrame(bytes, at);
      if (frame === "end" || "because" in frame) break;
      records.push(frame);
      at = frame.endByte;
    }
    const isFit = ({ type, atByte, endByte }: WalRecord): boolean =>
      type === ENTRY &&
      bytes[endByte - 1] === 0 &&
      Math.floor(atByte / SECTOR_BYTES) === Math.floor((endByte - 1) / SECTOR_BYTES);
    const record = records.slice(0, -10).findLast(isFit);
    if (record === undefined) throw new RangeError("no record lies so");
    return byte < 0 ? record.endByte + byte : record.atByte + byte;
  };
}

const share =
  (part: number): ((bytes: Buffer) => number) =>
  (bytes) =>
    Math.floor(bytes.findLastIndex((byte) => byte !== 0) * part);

test("three members, of which one stays behind; damage, and whether etcd starts from it", async (context) => {
  const { etcd = "", etcdutl = "" } = await programsOrSkip(context, "etcd", "etcdutl");
  await using started = new AsyncDisposableStack();
  const members = MEMBERS.map(({ folder }, at) => started.use(startMember(etcd, at, folder)));
  await vi.waitFor(async () => put(0, 1), { timeout: 30_000, interval: 100 });
  await put(1, 150);
  // A follower stays behind, so that the others go on without an election.
  const staleAt = (await statusOf(1)).header.member_id === (await statusOf(1)).leader ? 2 : 1;
  await vi.waitFor(async () => expect((await statusOf(staleAt)).raftAppliedIndex).toBe((await statusOf(0)).raftIndex), {
    timeout: 20_000,
  });
  const stale = await statusOf(staleAt);
  await members[staleAt]?.kill();
  await put(151, 350);
  const fresh = await statusOf(0);
  // A backend writes its changes in batches; the end of one shows in the file's own revision.
  await vi.waitFor(
    () => expect(report(MEMBERS[0]?.folder ?? "").backend?.revision).toBe(BigInt(fresh.header.revision)),
    { timeout: 20_000 },
  );
  await Promise.all(members.map(async (member) => member.kill()));

  const [first, second, third] = [0, 3 - staleAt, staleAt].map((at) => report(MEMBERS[at]?.folder ?? "")) as [
    StoreReport,
    StoreReport,
    StoreReport,
  ];
  expect([first, second, third].flatMap(({ findings }) => findings)).toEqual([]);
  expect(first.identity).toMatchObject({
    clusterId: BigInt(fresh.header.cluster_id),
    memberId: BigInt(fresh.header.member_id),
  });
  expect(first).toMatchObject({
    last: { index: BigInt(fresh.raftIndex) },
    currentTerm: BigInt(fresh.raftTerm),
    backend: { appliedTerm: BigInt(fresh.raftTerm) },
  });
  expect(first.snapshots.length).toBeGreaterThan(0);
  expect(third.last?.index).toBe(BigInt(stale.raftIndex));

  const { freshest, candidates, reasons } = compareStores([first, second, third]);
  expect(reasons).toEqual([]);
  expect(freshest).toContain(first.folder);
  expect(candidates[2]?.loss).toMatchObject({
    fromIndex: BigInt(stale.raftIndex) + 1n,
    toIndex: BigInt(fresh.raftIndex),
  });

  const said = JSON.parse(
    execFileSync(etcdutl, ["snapshot", "status", join(first.folder, "member", "snap", "db"), "-w", "json"], {
      encoding: "utf8",
    }),
  ) as { readonly revision: number };
  expect(first.backend?.revision).toBe(BigInt(said.revision));

  for (const [what, starts, says, change] of [
    ["nothing", true, null, () => {}],
    ["an entry in the WAL", false, "etcd does not start", (folder: string) => flip(folder, /\.wal$/, inRecord(20))],
    [
      "the length of a record in the WAL",
      true,
      "cuts the file off here at its start, and drops all up to entry",
      (folder: string) => flip(folder, /\.wal$/, inRecord(6)),
    ],
    [
      "what fills a record in the WAL up",
      true,
      "does not look at that",
      (folder: string) => flip(folder, /\.wal$/, inRecord(-1)),
    ],
    ["a snapshot's file", true, "renames it", (folder: string) => flip(folder, /\.snap$/, share(0.5))],
    ["a meta page of the database", true, "meta page 0", (folder: string) => flip(folder, /snap\/db$/, () => 40)],
  ] as const) {
    const folder = mkdtempSync(join(root, "damaged-"));
    cpSync(first.folder, folder, { recursive: true });
    change(folder);
    const { findings } = report(folder);
    expect(findings.map((one) => one.what).join("; "), what).toContain(says ?? "");
    expect(findings.length > 0, what).toBe(says !== null);
    await using member = startMember(etcd, 0, folder);
    // Alone it has no leader; that it asks the others for their votes shows that it has read its folder.
    const loaded = vi.waitFor(
      () => expect(member.said()).toMatch(/started as a peer|starting peer|became candidate|became pre-candidate/i),
      { timeout: 20_000, interval: 20 },
    );
    const outcome = await Promise.race([
      loaded.then(
        () => true,
        () => null,
      ),
      member.ended.then(() => false),
    ]);
    expect(outcome, `${what}: ${member.said().slice(-500)}`).toBe(starts);
    const isCut = readdirSync(join(folder, "member", "wal")).some((name) => name.endsWith(".broken"));
    expect(isCut, what).toBe(says?.startsWith("cuts") === true);
  }
});
