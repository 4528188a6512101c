import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AT, cutAt, healthyLedger, without } from "../../fixtures/ledgers/build.ts";
import type { LedgerEntry } from "../ledger/index.ts";
import { measureRecovery, timeSpent } from "./index.ts";

const healthy = healthyLedger();
const { plan } = healthy.header;
const ALERTED_AFTER_MS = plan.detection.kind === "none" ? 0 : plan.detection.unavailableForMs;
const spentOf = (ledger: typeof healthy): ReturnType<typeof timeSpent> =>
  timeSpent(ledger.entries, ledger.header.plan, measureRecovery(ledger).timeline);
const lastOf = (entries: readonly LedgerEntry[]): number => Math.max(0, ...entries.map(({ atMs }) => atMs));
const sum = ({ page, cluster, declared, harness }: ReturnType<typeof timeSpent>): number =>
  Math.round((page + cluster + declared + harness) * 1000) / 1000;

describe("how a run was spent", () => {
  test("its parts are those of the healthy drill", () => {
    const spent = spentOf(healthy);
    const steps = healthy.entries.filter((entry) => entry.kind === "step");
    expect(spent.page).toBe(steps.reduce((ms, { startMs, endMs }) => ms + ((endMs ?? 0) - (startMs ?? 0)), 0));
    // The warm-up to the phase of the fault, the alert's delay as far as the phase is long, the time that watches are given, and two whole holds.
    const warmUp = AT.injecting - 105 - (AT.workload - 10);
    expect(spent.declared).toBeCloseTo(
      warmUp +
        Math.min(ALERTED_AFTER_MS, AT.runbookStarted - 5 - AT.injected) +
        (AT.rollingRestart - AT.heldOpen) +
        2 * plan.holdForMs,
    );
    expect(sum(spent)).toBe(lastOf(healthy.entries));
  });

  test("a drill that never becomes steady declares no hold", () => {
    const spent = spentOf(without(healthy, "service-probe"));
    const held = spentOf(healthy);
    expect(held.declared - spent.declared).toBeCloseTo(plan.holdForMs);
    expect(spent.cluster - held.cluster).toBeCloseTo(plan.holdForMs);
  });

  test("a run of nothing was spent on nothing", () => {
    expect(timeSpent([], plan, { faultEndedAtMs: null, steadyAgainSinceMs: null })).toEqual({
      page: 0,
      cluster: 0,
      declared: 0,
      harness: 0,
    });
  });

  test("the parts sum to the whole and none is negative, wherever the record is cut", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: AT.residue, noNaN: true }), (atMs) => {
        const cut = cutAt(healthy, atMs);
        const spent = spentOf(cut);
        expect(sum(spent)).toBeCloseTo(lastOf(cut.entries), 2);
        expect(Math.min(...Object.values(spent))).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
