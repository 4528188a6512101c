/**
 * What dqlite itself does at its start with a damaged file, and what `inspect` says of the folder before: the table of docs/inspect.md.
 * One member, with closed segments, a snapshot, and a last segment that is open; every write of it was acknowledged.
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test, vi, type TestContext } from "vitest";
import { programsOrSkip } from "../../fixtures/live/programs.ts";
import { startProgram, type StartedProgram } from "../../fixtures/live/started-program.ts";
import { openStoreFolder } from "../system/open-store-folder.ts";
import { damageStore, type StoreDamage } from "../fault/store-damage.ts";
import { fakeCluster } from "../system/fake-cluster.ts";
import { inspectStore } from "./inspect-store.ts";

const root = mkdtempSync(join(tmpdir(), "drillbook-dqlite-damage-"));
afterAll(() => rmSync(root, { recursive: true }));

/** A loopback address that nothing else here uses. */
const HOST = "127.0.79.1";
const DB = `${HOST}:9001`;

/** Each start closes the segments that were open. A snapshot is taken after 1024 entries, within the third. */
const WRITES = [300, 300, 500, 60] as const;
/** Some rows a page, so that a lost page is missed. */
const valueOf = (key: number): string => `value ${key} ${"x".repeat(500)}`;
const ALL = WRITES.reduce((sum, count) => sum + count, 0);

function startNode(demo: string, folder: string, variables: Readonly<Record<string, string>> = {}): StartedProgram {
  return startProgram(demo, ["--api", `${HOST}:8001`, "--db", DB, "--dir", folder], variables);
}

async function answerOf(method: "GET" | "PUT", key: number): Promise<string | null> {
  const body = method === "PUT" ? { body: valueOf(key) } : {};
  const signal = AbortSignal.timeout(2000);
  return fetch(`http://${HOST}:8001/key${key}`, { method, signal, ...body }).then(
    async (answer) => answer.text(),
    () => null,
  );
}

let folder: Promise<string> | undefined;

/** Made by the first test that finds the program. */
async function storeOf(context: TestContext): Promise<readonly [demo: string, folder: string]> {
  const { "dqlite-demo": demo = "" } = await programsOrSkip(context, "dqlite-demo");
  folder ??= written(demo);
  return [demo, await folder];
}

async function written(demo: string): Promise<string> {
  const made = join(root, "made");
  let key = 0;
  for (const count of WRITES) {
    await using node = startNode(demo, made);
    await vi.waitFor(async () => expect(await answerOf("PUT", key)).toBe("done\n"), { timeout: 20_000, interval: 20 });
    for (const end = key + count; key < end;) expect(await answerOf("PUT", ++key)).toBe("done\n");
    await node.kill();
  }
  return made;
}

type Start = "serves all" | "serves without the end" | "serves damaged data" | "does not start" | "hangs";

/** Longer than any start of it takes. */
const HANGS_AFTER_MS = 4000;

async function startOf(demo: string, copy: string, variables: Readonly<Record<string, string>> = {}): Promise<Start> {
  await using node = startNode(demo, copy, variables);
  const serves = vi.waitFor(async () => expect(await answerOf("GET", 1)).toBe(`${valueOf(1)}\n`), {
    timeout: HANGS_AFTER_MS,
    interval: 20,
  });
  const came = await Promise.race([
    node.ended.then(() => "does not start" as const),
    serves.then(
      () => null,
      () => "hangs" as const,
    ),
  ]);
  if (came !== null) return came;
  // Of what the first snapshot covers a few are enough.
  const keys = Array.from({ length: ALL }, (_, at) => at + 1).filter((key) => key > 1000 || key % 100 === 1);
  let lost = 0;
  for (const key of keys) {
    const answer = await answerOf("GET", key);
    if (answer === `${valueOf(key)}\n`) {
      if (lost > 0) return "serves damaged data";
    } else if (answer === NO_SUCH_KEY) lost++;
    // A read of it fails, or the process ends of it.
    else return "serves damaged data";
  }
  return lost === 0 ? "serves all" : "serves without the end";
}

/** How Go's database/sql says that there is no such key. */
const NO_SUCH_KEY = "Error: sql: no rows in result set\n";

type Said = "damage" | "cannot tell" | "nothing";

function saidOf(path: string): Said {
  using view = openStoreFolder(path, path);
  const kinds = new Set(inspectStore(view, "dqlite").findings.map(({ kind }) => kind));
  return kinds.has("damage") ? "damage" : kinds.has("cannot-tell") ? "cannot tell" : "nothing";
}

test.for<readonly [damage: StoreDamage | null, said: Said, start: Start]>([
  [null, "nothing", "serves all"],
  ["closed-segment-byte", "damage", "does not start"],
  ["closed-segment-truncated", "damage", "does not start"],
  // The snapshot covers what it held.
  ["closed-segment-missing", "cannot tell", "serves all"],
  // Auto-recovery: it is set aside, with all that come after it.
  ["last-closed-segment-byte", "damage", "serves without the end"],
  ["last-closed-segment-truncated", "damage", "does not start"],
  // What the open segment holds is taken for what should come in its place.
  ["last-closed-segment-missing", "nothing", "serves damaged data"],
  ["open-segment-byte", "damage", "serves without the end"],
  ["open-segment-truncated", "cannot tell", "does not start"],
  ["open-segment-missing", "nothing", "serves without the end"],
  ["snapshot-byte", "damage", "does not start"],
  ["snapshot-truncated", "damage", "hangs"],
  // The log begins with the first entry still.
  ["snapshot-missing", "nothing", "serves all"],
  ["metadata-missing", "cannot tell", "does not start"],
])("%s: inspect says %s, dqlite %s", async ([damage, said, start], context) => {
  const [demo, made] = await storeOf(context);
  const copy = await damagedCopy(made, damage);
  expect(saidOf(join(copy, DB))).toBe(said);
  expect(await startOf(demo, copy)).toBe(start);
});

async function damagedCopy(made: string, damage: StoreDamage | null): Promise<string> {
  const copy = mkdtempSync(join(root, "copy-"));
  cpSync(made, copy, { recursive: true });
  const [node] = fakeCluster({ nodes: ["n1"], machine: { homeDir: copy } }).nodes;
  if (node === undefined) throw new Error("no node");
  if (damage !== null) await damageStore(damage, { ...node, dataDir: DB });
  return copy;
}

// Without it the first does not start, as a closed segment before the last never does; what is open is cut off all the same.
test.for<readonly [damage: StoreDamage | null, start: Start]>([
  [null, "serves all"],
  ["last-closed-segment-byte", "does not start"],
  ["open-segment-byte", "serves without the end"],
])("%s, with auto-recovery switched off: %s", async ([damage, start], context) => {
  const library = join(root, "no-auto-recovery.so");
  const source = fileURLToPath(new URL("../../fixtures/dqlite/no-auto-recovery.c", import.meta.url));
  try {
    execFileSync("cc", ["-shared", "-fPIC", "-o", library, source, "-ldl"]);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT")
      context.skip("no C compiler (cc) in PATH");
    throw error;
  }
  const [demo, made] = await storeOf(context);
  expect(await startOf(demo, await damagedCopy(made, damage), { LD_PRELOAD: library })).toBe(start);
});
