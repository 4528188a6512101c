/** For tests: a result that fits the synthetic ledger of fixtures/ledgers, every number of it different from the others. */
import { AT, HEADER, entriesOf, healthyLedger } from "../../../fixtures/ledgers/build.ts";
import type { DrillResult } from "../../integrity/index.ts";

/** A drill that passed, but for the given changes. */
export function handMadeResult(changes: Partial<DrillResult> = {}): DrillResult {
  const { runId, drillId, title, system, substrate, seed, control, startedAt, fault, runbook, environment, plan } =
    HEADER;
  const steps = entriesOf(healthyLedger(), "step").map(
    ({ id, line, role, node, status, exitCode, startMs, endMs }) => ({
      id,
      line,
      role,
      node,
      status,
      exitCode,
      startMs,
      endMs,
    }),
  );
  return {
    schemaVersion: 1,
    runId,
    drillId,
    title,
    system,
    substrate,
    seed,
    control,
    outcome: "passed",
    startedAt,
    fault: { ...fault, injectedAtMs: AT.injecting, proof: "confirmed" },
    timeline: {
      injectedAtMs: AT.injecting,
      firstFailureAtMs: 10_020,
      detectedAtMs: AT.detected,
      runbookStartedAtMs: AT.runbookStarted,
      runbookEndedAtMs: AT.runbookEnded,
      firstServiceAtMs: 14_602,
      steadyAgainSinceMs: 18_513,
    },
    measurements: {
      recoveryTimeMs: { low: 8005, high: 8508, censored: false },
      parts: [
        { part: "visible-after", durationMs: 15 },
        { part: "detection", durationMs: 990 },
        { part: "reaction", durationMs: 1090 },
        { part: "runbook", durationMs: 5850 },
        { part: "settling", durationMs: 563 },
      ],
      writes: {
        attempted: 1241,
        acknowledged: 907,
        refused: 211,
        unknown: 123,
        kept: 907,
        lost: 0,
        lostAfterRecoveryPoint: 0,
        lostSpanMs: 0,
        resurrected: 0,
        unknownKept: 1,
        unknownLost: 122,
      },
      relapses: 0,
      maxLoopLagMs: 12,
    },
    runbook: { file: runbook.file, sha256: runbook.sha256, blocks: { total: 8, steps: 7, prose: 1 }, steps },
    roles: entriesOf(healthyLedger(), "role").map(({ role, node, because }) => ({ role, node, because })),
    findings: plan.checks.map((check) => ({
      checkId: check.id,
      outcome: "passed",
      summary: `${check.id} holds.`,
      details: [],
    })),
    notes: [],
    objectives: [
      { id: "recovery-time", limit: plan.objectives.recoveryTimeMs, measured: 8508, met: true },
      { id: "lost-writes", limit: plan.objectives.lostWrites, measured: 0, met: true },
    ],
    environment,
    ...changes,
  };
}
