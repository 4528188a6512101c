import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { committingMembers, type CommittingMembers } from "../../fixtures/in-memory/committing-members.ts";
import { seededRandom } from "../core/index.ts";
import { driveToEnd, manualClock } from "../core/manual-clock.ts";
import { killBetweenCommits } from "./between-commits.ts";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "drillbook-test-"));
});
afterEach(async () => rm(home, { recursive: true }));

async function kill({ cluster, clients }: CommittingMembers): Promise<void> {
  const clock = manualClock();
  const signal = new AbortController().signal;
  const run = { runId: "r", clock, random: seededRandom(1), signal, workDir: "", evidenceDir: "" };
  await driveToEnd(clock, killBetweenCommits(cluster.nodes, { cluster, run, clients }));
}

const CALM = Array.from({ length: 5 }, () => ["put through n1", "put through n2"]).flat();
const ALONE = ["SIGSTOP n1", "SIGSTOP n2", "SIGCONT n1", "SIGSTOP n1", "SIGCONT n2", "SIGSTOP n2"];
const GO_ON = ["SIGCONT n1", "SIGCONT n2"];
const STAND = ["SIGSTOP n1", "SIGSTOP n2"];
const ROUND = [...CALM, ...ALONE, ...GO_ON, ...STAND];
const END = ["SIGKILL n1", "SIGKILL n2", "n1 exited", "n2 exited"];
const killed = ({ log }: CommittingMembers): boolean => log.some((line) => line.startsWith("SIGKILL"));

test("each commits alone, then all run until enough is acknowledged, and are killed where they stand", async () => {
  const members = await committingMembers(home);
  await kill(members);
  expect(members.log).toEqual([...ROUND, ...END]);
  expect(await readdir(join(home, "workstation"))).toEqual([]);
});

test("an instant after another commit is none: they go on, and there is another round", async () => {
  const members = await committingMembers(home, { commitsBetween: 3 });
  await kill(members);
  // The second commit of the three falls after the first round, where it does no harm.
  expect(members.log).toEqual([...ROUND, ...GO_ON, ...ROUND, ...GO_ON, ...ROUND, ...END]);
});

test("a file that does not hold what its member has applied is found out before anybody is killed", async () => {
  const members = await committingMembers(home, { lateCommits: 2 });
  await kill(members);
  expect(members.log).toEqual([...ROUND, ...GO_ON, ...ROUND, ...END]);
});

test("a member that commits to the last was not quiet: the others are not tried", async () => {
  const members = await committingMembers(home, { restless: 1 });
  await kill(members);
  expect(members.log).toEqual([...CALM, ...ALONE.slice(0, 4), ...GO_ON, ...ROUND, ...END]);
});

test("nobody is killed while fewer puts are at stake, however long that takes", async () => {
  const members = await committingMembers(home, { puts: 19 });
  await expect(kill(members)).rejects.toThrow("20 acknowledged puts");
  expect(killed(members)).toBe(false);
  expect(members.log.slice(-GO_ON.length)).toEqual(GO_ON);
});

test("nobody is paused before writes are taken again", async () => {
  const members = await committingMembers(home, { takesNoWrites: true });
  await expect(kill(members)).rejects.toThrow("n1 and n2 do not take 5 writes in a row within 30.00 s: deadline");
  expect(members.log.some((line) => line.startsWith("SIG"))).toBe(false);
});

test("where no client writes, a write of the injector's own is at stake", async () => {
  const members = await committingMembers(home, { puts: null });
  await kill(members);
  expect(members.log).toEqual([...CALM, ...ALONE, ...GO_ON, "put through n1", ...STAND, ...END]);
});
