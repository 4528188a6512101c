import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { committingMembers } from "../../fixtures/in-memory/committing-members.ts";
import { seededRandom } from "../core/index.ts";
import { driveToEnd, manualClock } from "../core/manual-clock.ts";
import type { LedgerEntry } from "../ledger/index.ts";
import { healthyView } from "../system/fake-cluster.ts";
import { damageData } from "./damage-data.ts";
import { databaseOf } from "./member-files.ts";

const NODES = ["n1", "n2", "n3"];

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "drillbook-test-"));
});
afterEach(async () => rm(home, { recursive: true }));

test.each([
  { ends: true, what: "has ended, however late" },
  { ends: false, what: "goes on for ever, which the witness tells" },
])("is injected when the damaged member $what", async ({ ends }) => {
  const clock = manualClock();
  let runs = true;
  const members = await committingMembers(home, { names: NODES, machine: { isRunning: () => runs } });
  const { cluster, log } = members;
  for (const node of cluster.nodes) {
    const wal = join(dirname(dirname(databaseOf(node))), "wal");
    await mkdir(wal, { recursive: true });
    await writeFile(join(wal, "0000000000000000-0000000000000000.wal"), "");
  }
  const signal = new AbortController().signal;
  const run = { runId: "r", clock, random: seededRandom(1), signal, workDir: "", evidenceDir: "" };
  const record = (entry: LedgerEntry): void => {
    if (entry.kind === "fault") log.push(entry.event);
  };
  const views = NODES.map((node) => healthyView(node));
  const armed = await damageData({ target: "leader", how: "missing-wal" }).arm({
    cluster,
    run,
    recorder: { record, flush: () => undefined },
    views,
  });
  const injected = armed.inject();
  await expect.poll(() => log).toContain("fault starts n1");
  await clock.advance(8000);
  expect(log).toEqual(["armed", "injecting", "SIGKILL n1", "n1 exited", "fault starts n1"]);
  if (ends) runs = false;
  await driveToEnd(clock, injected);
  expect(log.at(-1)).toBe("injected");
  expect(clock.nowMs() >= 15_000).toBe(!ends);
});
