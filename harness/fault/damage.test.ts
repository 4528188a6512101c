/** Damage on real files in a folder that looks like a member's, and what its witness says of it. */
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { seededRandom, systemClock } from "../core/index.ts";
import type { WitnessEntry } from "../ledger/index.ts";
import type { ClusterNode } from "../system/index.ts";
import { fakeCluster } from "../system/fake-cluster.ts";
import { damage, DATABASE_LEFT_BYTES, type DamageKind } from "./damage.ts";
import { DAMAGE_SIGNS, damageWitness } from "./damage-witness.ts";

const VALUE = "a value that is to be changed";
const SEGMENT = "0000000000000000-0000000000000000.wal";

let dir: string;
let node: ClusterNode;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "drillbook-damage-"));
  const [fake] = fakeCluster({ nodes: ["n1"], machine: { homeDir: dir } }).nodes;
  if (fake === undefined) throw new Error("no node");
  node = fake;
  const member = join(dir, node.dataDir, "member");
  await mkdir(join(member, "snap"), { recursive: true });
  await mkdir(join(member, "wal"));
  await writeFile(join(member, "snap", "db"), `${"x".repeat(20_000)}${VALUE}, a free copy: ${VALUE}`);
  await writeFile(join(member, "wal", SEGMENT), Buffer.concat([...Array(9)].map(record).concat(Buffer.alloc(5000))));
  await writeFile(join(member, "wal", "0.tmp"), Buffer.alloc(100));
});
afterEach(async () => rm(dir, { recursive: true, force: true }));

function record(): Buffer {
  const frame = Buffer.alloc(8);
  frame.writeBigUInt64LE(96n);
  return Buffer.concat([frame, Buffer.alloc(96, "r")]);
}

/** What the witness says before and after something, by sign. */
async function witnessed(how: DamageKind, act: () => Promise<void>): Promise<Readonly<Record<string, unknown>>> {
  const entries: WitnessEntry[] = [];
  const { signal } = new AbortController();
  const run = { runId: "r", clock: systemClock(), random: seededRandom(1), signal, workDir: "", evidenceDir: "" };
  const recorder = { record: (entry: unknown) => void entries.push(entry as WitnessEntry), flush: () => undefined };
  const witness = damageWitness({ cluster: fakeCluster({ nodes: ["n1"] }), run, recorder, node, how, planted: null });
  await witness.observe("before");
  await act();
  await witness.observe("after");
  return Object.fromEntries(
    entries
      .filter(({ sign }) => sign !== "target-process-is-gone")
      .map(({ when, sign, seen }) => [`${when} ${sign}`, seen]),
  );
}

const OF_FILES = ["damaged-wal", "truncated-database", "missing-wal"] as const;

test.each(OF_FILES)("%s is seen, and was not there before", async (how) => {
  const [sign] = DAMAGE_SIGNS[how];
  expect(await witnessed(how, async () => damage(how, node, VALUE))).toEqual({
    [`before ${sign}`]: false,
    [`after ${sign}`]: true,
  });
});

test.each(OF_FILES)("%s is not seen where nothing was done, nor where something else was", async (how) => {
  const [sign] = DAMAGE_SIGNS[how];
  expect(await witnessed(how, async () => Promise.resolve())).toMatchObject({ [`after ${sign}`]: false });
  expect(await witnessed(how, async () => damage("changed-value", node, VALUE))).toMatchObject({
    [`after ${sign}`]: false,
  });
});

test("a changed value differs in one byte of each copy", async () => {
  const file = join(dir, node.dataDir, "member", "snap", "db");
  const before = await readFile(file);
  await damage("changed-value", node, VALUE);
  const after = await readFile(file);
  expect(after.includes(VALUE)).toBe(false);
  expect([...after].filter((byte, index) => byte !== before[index])).toHaveLength(2);
});

test("what has nothing to damage says so", async () => {
  await expect(damage("changed-value", node, "nobody wrote this")).rejects.toThrow("does not hold the value");
  await damage("missing-wal", node, VALUE);
  await expect(damage("damaged-wal", node, VALUE)).rejects.toThrow("no write-ahead log");
});

test("of a truncated database two pages are left, and of a damaged log every byte but one", async () => {
  const file = join(dir, node.dataDir, "member", "wal", SEGMENT);
  const before = await readFile(file);
  await damage("damaged-wal", node, VALUE);
  expect([...(await readFile(file))].filter((byte, index) => byte !== before[index])).toHaveLength(1);
  await damage("truncated-database", node, VALUE);
  expect((await stat(join(dir, node.dataDir, "member", "snap", "db"))).size).toBe(DATABASE_LEFT_BYTES);
});
