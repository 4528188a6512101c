/**
 * Real dqlite folders, and dqlite's own opinion of them: at its start it closes the open segments, and names them by the entries that it found.
 */
import {
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test, vi, type TestContext } from "vitest";
import { programsOrSkip } from "../../fixtures/live/programs.ts";
import { startProgram, type StartedProgram } from "../../fixtures/live/started-program.ts";
import { openStoreFolder } from "../system/open-store-folder.ts";
import { compareStores } from "./compare.ts";
import { inspectStore } from "./inspect-store.ts";
import { isDamaged, type StoreReport } from "./report.ts";

const root = mkdtempSync(join(tmpdir(), "drillbook-inspect-dqlite-"));
afterAll(() => rmSync(root, { recursive: true }));

/** Loopback addresses that nothing else here uses. */
const NODES = [1, 2, 3].map((id) => ({ id, host: `127.0.77.${id}`, db: `127.0.77.${id}:9001` }));
const [FIRST, SECOND, THIRD] = NODES.map(({ db, id }) => join(root, `n${id}`, db)) as [string, string, string];

/** Writes until the first snapshot, which dqlite takes after 1024 entries, and some more. */
const EARLY_WRITES = 100;
const LATE_WRITES = 1200;

/** The third node misses most of it; then all are killed. Done by the first test that finds the program. */
let folders: Promise<string> | undefined;

async function writtenFolders(context: TestContext): Promise<string> {
  const { "dqlite-demo": demo = "" } = await programsOrSkip(context, "dqlite-demo");
  folders ??= writeFolders(demo);
  return folders;
}

async function writeFolders(demo: string): Promise<string> {
  await using started = new AsyncDisposableStack();
  const [first, second, third] = NODES.map(({ id }) => started.use(startNode(demo, id)));
  await write(0, EARLY_WRITES);
  await vi.waitFor(() => expect(report(THIRD).last?.index).toBeGreaterThan(BigInt(EARLY_WRITES)), { timeout: 20_000 });
  await third?.kill();
  await write(EARLY_WRITES, LATE_WRITES);
  await first?.kill();
  await second?.kill();
  return demo;
}

function startNode(demo: string, id: number, folder: string = join(root, `n${id}`)): StartedProgram {
  const { host, db } = NODES[id - 1] ?? { host: "", db: "" };
  mkdirSync(folder, { recursive: true });
  const others = id === 1 ? [] : ["--join", "127.0.77.1:9001"];
  return startProgram(demo, ["--api", `${host}:8001`, "--db", db, "--dir", folder, ...others]);
}

async function write(from: number, count: number): Promise<void> {
  for (let key = from; key < from + count; key++) {
    // The node may not have a leader yet, and this is no drill: what counts is that so many are written.
    await vi.waitFor(
      async () => {
        const answer = await fetch(`http://127.0.77.1:8001/key${key}`, { method: "PUT", body: `value ${key}` });
        expect(await answer.text()).toContain("done");
      },
      { timeout: 20_000, interval: 100 },
    );
  }
}

function report(path: string): StoreReport {
  using folder = openStoreFolder(path, path);
  return inspectStore(folder, "dqlite");
}

test("the freshest of three, and what the stale one lacks", async (context) => {
  await writtenFolders(context);
  const stores = [FIRST, SECOND, THIRD].map(report);
  const [first, second, third] = stores.map(({ last }) => last?.index ?? 0n) as [bigint, bigint, bigint];
  expect(stores.flatMap(({ findings }) => findings)).toEqual([]);
  expect(stores[0]?.servers).toHaveLength(3);
  expect(stores[0]?.snapshots.length).toBeGreaterThan(0);
  expect(first).toBeGreaterThan(1200n);
  const { freshest, candidates, reasons } = compareStores(stores);
  expect(reasons).toEqual([]);
  expect(freshest).toContain(first >= second ? FIRST : SECOND);
  const highest = first > second ? first : second;
  expect(candidates[2]?.loss).toMatchObject({ atMost: highest - third, fromIndex: third + 1n, toIndex: highest });
});

/** What dqlite says of a folder: starts one node on a copy, until it has closed its open segments, or gives up. */
async function opinionOfDqlite(
  demo: string,
  folder: string,
  id: number,
): Promise<bigint | "does not start" | "sets files aside"> {
  const copy = mkdtempSync(join(root, "opinion-"));
  cpSync(folder, join(copy, NODES[id - 1]?.db ?? ""), { recursive: true });
  await using node = startNode(demo, id, copy);
  const names = (): readonly string[] => readdirSync(join(copy, NODES[id - 1]?.db ?? ""));
  const isOver = vi.waitFor(() => expect(names().filter((name) => name.startsWith("open-"))).toEqual([]), {
    timeout: 20_000,
    interval: 20,
  });
  const code = await Promise.race([node.ended, isOver.then(() => "loaded" as const)]);
  if (code !== "loaded") {
    isOver.catch(() => {});
    return "does not start";
  }
  if (names().some((name) => name.startsWith("corrupt-"))) return "sets files aside";
  return names().reduce((highest, name) => {
    const end = BigInt(/^\d+-(\d+)$/.exec(name)?.[1] ?? 0);
    return end > highest ? end : highest;
  }, 0n);
}

test.for<readonly [string, string, number]>([
  ["FIRST", FIRST, 1],
  ["THIRD", THIRD, 3],
])("dqlite itself finds the same last entry: %s", async ([, folder, id], context) => {
  const demo = await writtenFolders(context);
  expect(await opinionOfDqlite(demo, folder, id)).toBe(report(folder).last?.index);
});

/** A copy with one byte changed, or cut off. */
function damaged(change: (folder: string) => void): string {
  const copy = mkdtempSync(join(root, "damaged-"));
  for (const name of readdirSync(FIRST)) copyFileSync(join(FIRST, name), join(copy, name));
  change(copy);
  return copy;
}

/** Changes a byte of the last file of that kind, or of one before it. */
function flip(folder: string, kind: RegExp, share: number, fromEnd = 1): void {
  const names = readdirSync(folder).filter((one) => kind.test(one));
  const name = names.toSorted().at(-fromEnd) ?? "";
  const bytes = readFileSync(join(folder, name));
  const at = Math.floor(bytes.length * share);
  bytes[at] = (bytes[at] ?? 0) ^ 0x10;
  writeFileSync(join(folder, name), bytes);
}

const CLOSED = /^\d{16}-\d{16}$/;

test.for<readonly [string, "does not start" | "sets files aside", (folder: string) => void]>([
  ["a byte in a closed segment", "does not start", (folder) => flip(folder, CLOSED, 0.5, 2)],
  // Auto-recovery, which is on by default: it starts without the segment, and without all open ones.
  ["a byte in the last closed segment", "sets files aside", (folder) => flip(folder, CLOSED, 0.5)],
  ["a byte in the newest snapshot", "does not start", (folder) => flip(folder, /^snapshot-[\d-]+$/, 0.5)],
  ["a byte in its .meta", "does not start", (folder) => flip(folder, /\.meta$/, 0.9)],
])("%s is found; dqlite %s", async ([, opinion, change], context) => {
  const demo = await writtenFolders(context);
  const folder = damaged(change);
  expect(isDamaged(report(folder))).toBe(true);
  expect(await opinionOfDqlite(demo, folder, 1)).toBe(opinion);
});
