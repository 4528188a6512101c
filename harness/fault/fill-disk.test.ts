/** What can be told without a disk of its own: that none but a small one is ever filled. The rest is seen live. */
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { seededRandom, systemClock, type RunContext } from "../core/index.ts";
import type { LedgerEntry } from "../ledger/index.ts";
import { fakeCluster, healthyView } from "../system/fake-cluster.ts";
import { diskWitness } from "./disk-witness.ts";
import { fillDisk } from "./fill-disk.ts";

const home = mkdtempSync(join(tmpdir(), "drillbook-fill-disk-"));
afterAll(() => rmSync(home, { recursive: true }));
mkdirSync(join(home, "var/lib"), { recursive: true });

const cluster = fakeCluster({ nodes: ["n1", "n2", "n3"], machine: { homeDir: home } });
const entries: LedgerEntry[] = [];
const recorder = { record: (entry: LedgerEntry): void => void entries.push(entry), flush: (): void => undefined };
const run: RunContext = {
  runId: "run",
  clock: systemClock(),
  random: seededRandom(1),
  signal: new AbortController().signal,
  workDir: "",
  evidenceDir: "",
};

test("the disk of this computer is not filled", async () => {
  const views = ["n1", "n2", "n3"].map((node) => healthyView(node));
  const arming = fillDisk({ targets: "leader", writes: 1 }).arm({ cluster, run, recorder, views });
  await expect(arming).rejects.toThrow("is on no small disk of its own, and is not filled");
  expect(entries).toEqual([]);
  expect(existsSync(join(home, "var/lib/ballast"))).toBe(false);
});

test("a disk with room is seen to have some, and nothing is left on it", async () => {
  await diskWitness({ run, recorder }, cluster.nodes.slice(0, 1)).observe("before");
  // Both are looked for at once, and whichever was seen first is recorded first.
  const seen = entries.flatMap((entry) => (entry.kind === "witness" ? [[entry.sign, entry.seen] as const] : []));
  expect(Object.fromEntries(seen)).toEqual({ "disks-of-targets-are-full": false, "no-file-finds-room-there": false });
  expect(existsSync(join(home, "var/lib/witness"))).toBe(false);
});
