import { expect, test } from "vitest";
import { withClient } from "../../fixtures/defects/plant.ts";
import { soundDrill } from "../../fixtures/defects/sound.ts";
import { driveInMemory, type Driven } from "../../fixtures/in-memory/drive.ts";
import type { Attempt } from "../system/index.ts";
import { WORKLOAD_PREFIX } from "../workload/index.ts";

const LOCKED: Attempt = { outcome: "unknown", revision: null, value: null, reason: "database-locked" };

/** The survivor drill, whose store takes no write of the workload's clients for a while after their first; its probes notice nothing. */
async function lockedFrom(fromMs: number, untilMs: number): Promise<Driven> {
  let firstAtMs: number | null = null;
  const plant = withClient((client, _node, { run }) => {
    const isLocked = (key: string): boolean => {
      if (!key.startsWith(WORKLOAD_PREFIX)) return false;
      const nowMs = run.clock.nowMs();
      const sinceMs = nowMs - (firstAtMs ??= nowMs);
      return sinceMs >= fromMs && sinceMs < untilMs;
    };
    return {
      ...client,
      put: async (key, value) => (isLocked(key) ? LOCKED : client.put(key, value)),
      delete: async (key) => (isLocked(key) ? LOCKED : client.delete(key)),
      transact: async (transaction) =>
        transaction.writes.some(({ key }) => isLocked(key))
          ? { attempt: LOCKED, found: null }
          : client.transact(transaction),
    };
  });
  return driveInMemory((world, run) => plant(soundDrill("survivor", world, run)));
}

const sinceWorkloadMs = ({ ledger, result }: Driven): number => {
  const workload = ledger.entries.find((one) => one.kind === "phase" && one.phase === "workload");
  return (result.timeline.injectedAtMs ?? Number.NaN) - (workload?.atMs ?? Number.NaN);
};

test("a store that holds its clients up for a moment before the fault is given the time to go on", async () => {
  const undisturbed = await lockedFrom(0, 0);
  const heldUp = await lockedFrom(4000, 5200);
  expect(undisturbed.result.outcome).toBe("passed");
  expect(heldUp.result.outcome).toBe("passed");
  expect(sinceWorkloadMs(heldUp)).toBeGreaterThan(sinceWorkloadMs(undisturbed) + 1000);
});

test("clients that never keep their pace are not waited for any longer than for steady state, and the drill proves nothing", async () => {
  const driven = await lockedFrom(2000, 60_000);
  const adequate = driven.result.findings.find(({ checkId }) => checkId === "workload-adequate");
  expect(adequate?.outcome).toBe("inconclusive");
  expect(driven.result.outcome).toBe("inconclusive");
  expect(sinceWorkloadMs(driven)).toBeLessThan(40_000);
});
