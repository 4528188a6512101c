/** Damage on real files in a folder that looks like a dqlite member's, and what its witness says of it. */
import { appendFile, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { seededRandom, systemClock } from "../core/index.ts";
import type { WitnessEntry } from "../ledger/index.ts";
import type { ClusterNode } from "../system/index.ts";
import { fakeCluster } from "../system/fake-cluster.ts";
import { damageStore, damageWords, partsOf, type StoreDamage } from "./store-damage.ts";
import { storeDamageSigns, storeDamageWitness } from "./store-damage-witness.ts";

let dir: string;
let store: string;
let node: ClusterNode;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "drillbook-store-damage-"));
  const [fake] = fakeCluster({ nodes: ["n1"], machine: { homeDir: dir } }).nodes;
  if (fake === undefined) throw new Error("no node");
  node = fake;
  store = join(dir, node.dataDir);
  await mkdir(store, { recursive: true });
  for (const [name, text] of Object.entries(FILES)) await writeFile(join(store, name), text);
});
afterEach(async () => rm(dir, { recursive: true, force: true }));

const closed = (from: number, to: number): string =>
  [from, to].map((index) => String(index).padStart(16, "0")).join("-");

/** Counters and times of several lengths, so that names in the order of letters are in another order. */
const FILES: Readonly<Record<string, string>> = {
  [closed(1, 100)]: "a".repeat(1000),
  [closed(101, 200)]: "b".repeat(1000),
  [closed(201, 300)]: "c".repeat(1000),
  "open-9": `${"d".repeat(600)}${"\0".repeat(400)}`,
  "open-10": `${"e".repeat(500)}${"\0".repeat(500)}`,
  "open-11": `\x01${"\0".repeat(999)}`,
  "snapshot-1-90-5000": "f".repeat(300),
  "snapshot-1-90-5000.meta": "g",
  "snapshot-1-200-40000": "h".repeat(300),
  "snapshot-1-200-40000.meta": "i",
  metadata1: "j".repeat(32),
  metadata2: "k".repeat(32),
  "cluster.yaml": "members",
};

/** What the damage makes of the folder: of each file that is another, how. */
async function difference(): Promise<Readonly<Record<string, string>>> {
  const names = await readdir(store);
  const found: Record<string, string> = {};
  for (const [name, text] of Object.entries(FILES)) {
    if (!names.includes(name)) found[name] = "missing";
    else {
      const now = await readFile(join(store, name), "latin1");
      if (now.length < text.length) found[name] = `${now.length} bytes`;
      else if (now !== text) found[name] = `byte ${now.split("").findIndex((byte, at) => byte !== text[at])}`;
    }
  }
  return found;
}

const EFFECTS: readonly (readonly [StoreDamage, Readonly<Record<string, string>>])[] = [
  ["closed-segment-byte", { [closed(101, 200)]: "byte 500" }],
  ["closed-segment-missing", { [closed(101, 200)]: "missing" }],
  ["closed-segment-truncated", { [closed(101, 200)]: "500 bytes" }],
  ["last-closed-segment-byte", { [closed(201, 300)]: "byte 500" }],
  ["last-closed-segment-missing", { [closed(201, 300)]: "missing" }],
  ["last-closed-segment-truncated", { [closed(201, 300)]: "500 bytes" }],
  ["open-segment-byte", { "open-10": "byte 250" }],
  ["open-segment-missing", { "open-10": "missing" }],
  ["open-segment-truncated", { "open-10": "250 bytes" }],
  ["snapshot-byte", { "snapshot-1-200-40000": "byte 150" }],
  ["snapshot-missing", { "snapshot-1-200-40000": "missing", "snapshot-1-200-40000.meta": "missing" }],
  ["snapshot-truncated", { "snapshot-1-200-40000": "150 bytes" }],
  ["metadata-missing", { metadata1: "missing", metadata2: "missing" }],
];

test.each(EFFECTS)("%s does that and no more", async (damage, effect) => {
  await damageStore(damage, node);
  expect(await difference()).toEqual(effect);
  expect(damageWords(damage)).not.toContain("undefined");
});

/** What the witness says of the files before and after something; the processes are another sign. */
async function witnessed(damage: StoreDamage, act: () => Promise<void>): Promise<readonly unknown[]> {
  const entries: WitnessEntry[] = [];
  const { signal } = new AbortController();
  const run = { runId: "r", clock: systemClock(), random: seededRandom(1), signal, workDir: "", evidenceDir: "" };
  const recorder = { record: (entry: unknown) => void entries.push(entry as WitnessEntry), flush: () => undefined };
  const cluster = fakeCluster({ nodes: ["n1"] });
  const witness = storeDamageWitness({ cluster, run, recorder, node, ended: [node], damage });
  await witness.observe("before");
  await witness.remember();
  await act();
  await witness.observe("after");
  const [, sign] = storeDamageSigns(damage);
  return entries.filter((entry) => entry.sign === sign).map(({ seen, when }) => [when, seen]);
}

test.each(EFFECTS)("%s is seen, and was not there before", async (damage) => {
  expect(await witnessed(damage, async () => damageStore(damage, node))).toEqual([
    ["before", false],
    ["after", true],
  ]);
});

test.each(EFFECTS)("%s is not seen where nothing was done, nor where something else was", async (damage) => {
  expect(await witnessed(damage, async () => Promise.resolve())).toContainEqual(["after", false]);
  const { how, file } = partsOf(damage);
  const [other] = EFFECTS.find(([one]) => partsOf(one).how !== how && partsOf(one).file === file) ?? EFFECTS[0] ?? [];
  if (other === undefined) throw new Error("no other damage");
  expect(await witnessed(damage, async () => damageStore(other, node))).toContainEqual(["after", false]);
});

test("what is written behind the rest of an open segment is no damage", async () => {
  expect(
    await witnessed("open-segment-byte", async () => {
      await writeFile(join(store, "open-10"), `${"e".repeat(500)}more${"\0".repeat(496)}`);
      await appendFile(join(store, "open-11"), "");
    }),
  ).toContainEqual(["after", false]);
});

test("what has no such file says so", async () => {
  await rename(join(store, closed(1, 100)), join(store, "x"));
  await rename(join(store, closed(101, 200)), join(store, "y"));
  await expect(damageStore("closed-segment-byte", node)).rejects.toThrow("n1 has not a closed segment");
  await damageStore("metadata-missing", node);
  await expect(damageStore("metadata-missing", node)).rejects.toThrow("its folder has 0 such");
});
