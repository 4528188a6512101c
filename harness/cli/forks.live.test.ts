/** Forks on real etcd: the corrected page begins with the very cluster in which the page as written failed. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { startDrillbook } from "../../fixtures/live/drillbook-process.ts";
import { programsOrSkip } from "../../fixtures/live/programs.ts";
import type { DrillResult } from "../integrity/index.ts";
import { detectIsolation } from "../substrate/index.ts";

const DRILL = fileURLToPath(new URL("../../fixtures/live/etcd-stopped", import.meta.url));

test("a corrected page passes from the broken state in which the page as written failed", async (context) => {
  await programsOrSkip(context, "etcd", "etcdctl", "etcdutl");
  const isolation = await detectIsolation();
  if (isolation.kind !== "namespaces") context.skip(`there are no forks without namespaces: ${isolation.reason}`);
  const dir = mkdtempSync(join(tmpdir(), "drillbook-forks-"));
  try {
    const stateDir = join(dir, "state");
    await using drillbook = startDrillbook(["run", DRILL, "--seed", "1", "--out", "reports"], { cwd: dir, stateDir });
    const { exitCode } = await drillbook.ended;
    expect(exitCode, drillbook.out() + drillbook.err()).toBe(0);
    const results = readdirSync(join(dir, "reports"))
      .filter((name) => /^\d{8}T/.test(name) && !name.includes("declared"))
      .sort()
      .map((name) => JSON.parse(readFileSync(join(dir, "reports", name, "result.json"), "utf8")) as DrillResult);
    const [asWritten, corrected] = results;
    expect([asWritten?.outcome, corrected?.outcome]).toEqual(["failed", "passed"]);
    expect(asWritten?.fork).toBeNull();
    // Every member had been killed, so that nothing is started again: the same disaster to the byte.
    expect(corrected?.fork).toMatchObject({ runId: asWritten?.runId, restarted: [] });
    expect(corrected?.timeline.injectedAtMs).toBe(asWritten?.timeline.injectedAtMs);
    expect(corrected?.measurements.writes.acknowledged).toBeGreaterThan(
      asWritten?.measurements.writes.acknowledged ?? 0,
    );
    // The fork point, which holds keys, is gone with both runs.
    expect(readdirSync(join(stateDir, "runs"))).toEqual([]);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}, 300_000);
