/**
 * The judge: a pure function from a ledger to the result. No clock, no files, no network; the same ledger gives the same
 * result, byte for byte (law 1).
 */
import type { Outcome } from "../core/index.ts";
import type { CheckPlan, Ledger, StepEntry } from "../ledger/index.ts";
import { loopLag, timeSpent } from "../measure/index.ts";
import { asDeclared } from "./as-declared.ts";
import { applyCheck } from "./checks/index.ts";
import { evidenceOf, type Evidence } from "./evidence.ts";
import { forkResult } from "./forks.ts";
import type { Gap } from "./gaps.ts";
import { proveFault } from "./fault-proof.ts";
import { objectivesOf } from "./objectives.ts";
import {
  RESULT_SCHEMA_VERSION,
  type DeclaredResult,
  type DrillResult,
  type FaultProof,
  type Finding,
  type PageResult,
  type StepResult,
} from "./result.ts";
import { spareThePage } from "./spare-the-page.ts";
import { verdict } from "./verdict.ts";
import { whereStopped } from "./where-stopped.ts";

/** Judges a ledger by the plan in its header. */
export function judge(ledger: Ledger): DrillResult {
  const { header } = ledger;
  const evidence = evidenceOf(ledger);
  const { account, recovery, timeline } = evidence;
  const proof = faultProof(evidence);
  // By the finding itself: one that was changed since (spare-the-page.ts) is undecided for another reason.
  const gaps = new Map<Finding, readonly Gap[]>();
  const judged = header.plan.checks.map((plan): Finding => {
    const { gaps: own = [], ...said } = applyCheck(plan, evidence);
    const finding = { checkId: plan.id, ...said };
    gaps.set(finding, own);
    return finding;
  });
  const { findings, objectives, notes: spared } = spareThePage(judged, objectivesOf(evidence), proof, ledger.entries);
  const judgedRun = verdict(evidence, findings, proof);
  const gapsOf = (finding: Finding): readonly Gap[] => gaps.get(finding) ?? [];
  const stop = whereStopped(evidence);
  const declared = asDeclared(header.plan.expected, { findings, gapsOf, reasons: judgedRun.reasons, stop });
  return {
    schemaVersion: RESULT_SCHEMA_VERSION,
    runId: header.runId,
    drillId: header.drillId,
    title: header.title,
    proves: header.proves,
    system: header.system,
    store: header.plan.store,
    substrate: header.substrate,
    seed: header.seed,
    control: header.plan.control.kind,
    page: header.plan.page,
    reading: header.plan.reading,
    outcome: outcomeOf(judgedRun.outcome, declared),
    declared,
    startedAt: header.startedAt,
    fork: header.forkedFrom === null ? null : forkResult(header.forkedFrom, evidence.all("seam")),
    fault: { ...header.fault, injectedAtMs: timeline.injectedAtMs, proof },
    timeline,
    measurements: {
      recoveryTimeMs: recovery.recoveryTimeMs,
      parts: recovery.parts,
      writes: account.totals,
      relapses: recovery.relapses,
      maxLoopLagMs:
        timeline.injectedAtMs === null
          ? null
          : longestLagMs(evidence, timeline.injectedAtMs, timeline.steadyAgainSinceMs ?? Infinity),
      timeSpentMs: timeSpent(ledger.entries, header.plan, timeline),
    },
    runbook: pageResult(evidence),
    roles: evidence.all("role").map(({ role, node, because }) => ({ role, node, because })),
    findings,
    notes: [...judgedRun.reasons.map(({ text }) => text), ...spared],
    objectives,
    assumedReactionMs: header.plan.assumedReactionMs,
    environment: header.environment,
  };
}

/** The true outcome. A page that is declared to fail and passes fails the drill: what is declared of it is not so. */
function outcomeOf(outcome: Outcome, declared: DeclaredResult | null): Outcome {
  return outcome === "passed" && declared !== null ? "failed" : outcome;
}

/** Of both loops; null when neither was watched. */
function longestLagMs({ all }: Evidence, fromMs: number, untilMs: number): number | null {
  const lags = (["drill", "probes"] as const).map((loop) => loopLag(all("loop-lag"), loop, { fromMs, untilMs }).maxMs);
  const known = lags.filter((lag) => lag !== null);
  return known.length === 0 ? null : Math.max(...known);
}

function faultProof(evidence: Evidence): FaultProof {
  const signs = evidence.plan.checks.flatMap((plan: CheckPlan) => (plan.id === "fault-confirmed" ? plan.signs : []));
  return proveFault(evidence, signs).proof;
}

function pageResult({ all, ledger }: Evidence): PageResult | null {
  const { runbook } = ledger.header;
  if (runbook === null) return null;
  const page = all("runbook").at(-1);
  return {
    file: runbook.file,
    sha256: runbook.sha256,
    blocks:
      page === undefined
        ? null
        : { total: page.blocks, preparation: page.preparationSteps, steps: page.steps, prose: page.proseBlocks },
    steps: all("step").map(stepResult),
  };
}

function stepResult({ id, part, line, role, node, status, exitCode, startMs, endMs }: StepEntry): StepResult {
  return { id, part, line, role, node, status, exitCode, startMs, endMs };
}
