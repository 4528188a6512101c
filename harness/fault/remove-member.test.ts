import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { committingMembers } from "../../fixtures/in-memory/committing-members.ts";
import { seededRandom } from "../core/index.ts";
import { driveToEnd, manualClock } from "../core/manual-clock.ts";
import type { LedgerEntry } from "../ledger/index.ts";
import { healthyView } from "../system/fake-cluster.ts";
import { removePausedMember } from "./remove-member.ts";

const NODES = ["n1", "n2", "n3"];

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "drillbook-test-"));
});
afterEach(async () => rm(home, { recursive: true }));

/** An injection under way: of a leader, so that the seed has no say. `ends` ends the member that was removed. */
async function injecting() {
  const clock = manualClock();
  let runs = true;
  const members = await committingMembers(home, { names: NODES, machine: { isRunning: () => runs } });
  const { cluster, log } = members;
  const signal = new AbortController().signal;
  const run = { runId: "r", clock, random: seededRandom(1), signal, workDir: "", evidenceDir: "" };
  const record = (entry: LedgerEntry): void => {
    if (entry.kind === "fault") log.push(entry.event);
  };
  const recorder = { record, flush: () => undefined };
  const views = NODES.map((node) => healthyView(node));
  const armed = await removePausedMember({ target: "leader" }).arm({ cluster, run, recorder, views });
  const injected = armed.inject();
  // Real files are written before the manual clock is looked at.
  await expect.poll(() => log).toContain("SIGCONT n1");
  return { clock, ends: () => (runs = false), injected, log };
}

const ACTS = ["armed", "injecting", "SIGSTOP n1", "etcdctl member remove 1", "SIGCONT n1"];

test("is injected when the removed member has ended, however late it hears of its removal", async () => {
  const { clock, ends, injected, log } = await injecting();
  await clock.advance(8000);
  expect(log).toEqual(ACTS);
  ends();
  await driveToEnd(clock, injected);
  expect(log).toEqual([...ACTS, "injected"]);
});

test("leaves it to the witness to say that a member goes on for ever", async () => {
  const { clock, injected, log } = await injecting();
  await clock.advance(20_000);
  await injected;
  expect(log).toEqual([...ACTS, "injected"]);
});
