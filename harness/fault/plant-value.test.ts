/** A value that is planted into a database file that is written as bbolt writes it: some time after the write was acknowledged. */
import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { seededRandom, type RunContext } from "../core/index.ts";
import { driveToEnd, manualClock } from "../core/manual-clock.ts";
import type { Attempt, Cluster, ClusterNode } from "../system/index.ts";
import { ACKNOWLEDGED, fakeCluster } from "../system/fake-cluster.ts";
import { databaseOf } from "./member-files.ts";
import { plantValue } from "./plant-value.ts";

const WRITTEN_AFTER_MS = 170;

let homeDir: string;
beforeEach(async () => (homeDir = await mkdtemp(join(tmpdir(), "drillbook-plant-"))));
afterEach(async () => rm(homeDir, { recursive: true, force: true }));

/** A member; `answer` says what a put comes to. Plants so many values, one after another. */
async function planted(times: number, answer: Attempt = ACKNOWLEDGED) {
  const clock = manualClock();
  const signal = new AbortController().signal;
  const run: RunContext = { runId: "run", clock, random: seededRandom(1), signal, workDir: "", evidenceDir: "" };
  const values: string[] = [];
  const cluster: Cluster = fakeCluster({
    nodes: ["n1"],
    machine: { homeDir },
    put: async (_node, _key, value) => {
      values.push(value);
      void clock.sleep(WRITTEN_AFTER_MS, signal).then(() => appendFile(file, value));
      return Promise.resolve(answer);
    },
  });
  const node = cluster.nodes[0] as ClusterNode;
  const file = databaseOf(node);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, "");
  const results = [];
  for (let time = 0; time < times; time++) results.push(await driveToEnd(clock, plantValue(node, { cluster, run })));
  return { results, values, content: async () => readFile(file, "utf8"), nowMs: clock.nowMs() };
}

test("a value is planted when a later write is in the file, since its own transaction is over then", async () => {
  const { results, values, content, nowMs } = await planted(1);
  expect(values).toHaveLength(2);
  expect(values[0]).toBe(results[0]?.value);
  expect(await content()).toBe(values.join(""));
  expect(nowMs).toBeGreaterThanOrEqual(2 * WRITTEN_AFTER_MS);
});

test("what was planted before is not taken for it", async () => {
  const { values, content } = await planted(2);
  expect(new Set(values).size).toBe(4);
  expect(await content()).toBe(values.join(""));
});

test("no value holds another, so that each is changed alone", async () => {
  const { values } = await planted(2);
  for (const one of values) expect(values.filter((other) => other.includes(one))).toEqual([one]);
});

test("a write that is not acknowledged ends it", async () => {
  await expect(planted(1, { ...ACKNOWLEDGED, outcome: "unknown", reason: "deadline" })).rejects.toThrow("deadline");
});
