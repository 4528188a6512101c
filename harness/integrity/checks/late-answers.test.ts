/** A probe that is answered after its own time-out: excused by a standstill of the loop that probes, and by nothing else. */
import { expect, test } from "vitest";
import { changed, healthyLedger, withEntries, without } from "../../../fixtures/ledgers/build.ts";
import type { Ledger } from "../../ledger/index.ts";
import { judge } from "../judge.ts";

const healthy = healthyLedger();
const { periodMs, timeoutMs } = healthy.header.plan.serviceProbe;
/** Within the second that the loop-lag entry of 15,000 ms is about. */
const SENT_AT_MS = 14_990 - timeoutMs - periodMs - 40;

/** A probe of n1 that is answered so much after its time-out. */
function answered(lateMs: number, ledger: Ledger): Ledger {
  const atMs = SENT_AT_MS + timeoutMs + lateMs;
  return withEntries(ledger, [
    { kind: "service-probe", atMs, node: "n1", sentAtMs: SENT_AT_MS, ok: true, reason: null },
  ]);
}

const stoodStill = (loop: "drill" | "probes", maxLagMs: number): Ledger =>
  changed(healthy, "loop-lag", (one) => (one.loop === loop && one.atMs === 15_000 ? { ...one, maxLagMs } : one));

test.each<[why: string, outcome: string, ledger: Ledger]>([
  ["within a period", "passed", answered(periodMs, healthy)],
  ["later, without a standstill", "inconclusive", answered(periodMs + 10, healthy)],
  ["later, by less than the loop that probes stood still", "passed", answered(periodMs + 10, stoodStill("probes", 30))],
  ["later, by less than two such standstills", "passed", answered(periodMs + 40, stoodStill("probes", 22))],
  ["later than these explain", "inconclusive", answered(periodMs + 40, stoodStill("probes", 18))],
  ["later, while another loop stood still", "inconclusive", answered(periodMs + 10, stoodStill("drill", 30))],
  [
    "later, while nobody watched the loop",
    "inconclusive",
    answered(
      periodMs + 10,
      without(healthy, "loop-lag", (one) => one.loop === "probes"),
    ),
  ],
])("an answer %s: %s", (_why, outcome, ledger) => {
  const finding = judge(ledger).findings.find(({ checkId }) => checkId === "time-trustworthy");
  expect(finding?.outcome).toBe(outcome);
  if (outcome !== "passed") expect(finding?.summary).toMatch(/was tried again, or its time-out is not kept/);
});
