/**
 * How the whole length of a run was spent: on the page, on waiting for the cluster, on what the drill declares to wait, and
 * on the harness itself. For whoever pays for the drills; in no verdict. Pure. Not its business: the recovery time (recovery.ts).
 */
import type { JudgementPlan, LedgerEntry, Phase, PhaseEntry } from "../ledger/index.ts";
import { microseconds } from "./parts.ts";
import type { Timeline } from "./timeline.ts";

/** Milliseconds of a run, from its base instant to its last entry; they add up to that, to the microsecond. */
export interface TimeSpent {
  /** The page's steps, with whatever they wait for. */
  readonly page: number;
  /** The cluster's own: elections, starts, catching up, orderly stops. */
  readonly cluster: number;
  /** What the plan says is to be waited: the warm-up, the alert's delay, the end of a fault that ends by itself, the last holds, the time that watches are given. */
  readonly declared: number;
  /** Everything else: nodes and certificates, the injection, the read-backs, the teardown. */
  readonly harness: number;
}

/** What of a phase is the cluster's, where it is not declared; the rest of the phases is the harness's own. */
const WAITS_FOR_THE_CLUSTER: ReadonlySet<Phase> = new Set([
  "steady-state",
  "detection",
  "convergence",
  "held-open",
  "rolling-restart",
  "old-data",
]);

/** Splits the run. Short holds (before the fault, between two restarts: half a second each) count as the cluster's. */
export function timeSpent(
  recorded: readonly LedgerEntry[],
  plan: Pick<JudgementPlan, "checks" | "holdForMs" | "detection">,
  { faultEndedAtMs, steadyAgainSinceMs }: Pick<Timeline, "faultEndedAtMs" | "steadyAgainSinceMs">,
): TimeSpent {
  const wholeUs = microseconds(recorded.reduce((latest, { atMs }) => Math.max(latest, atMs), 0));
  // Nearly all that is recorded, and looked through for every phase.
  const entries = recorded.filter(({ kind }) => kind !== "operation");
  const spentUs = { page: 0, cluster: 0, declared: 0 };
  for (const { phase, fromMs, untilMs } of spans(entries, wholeUs / 1000)) {
    const lengthUs = microseconds(untilMs) - microseconds(fromMs);
    const declaredUs = Math.min(
      lengthUs,
      microseconds(declaredMs(phase, { entries, plan, faultEndedAtMs, steadyAgainSinceMs, fromMs, untilMs })),
    );
    const pageUs = Math.min(lengthUs - declaredUs, pageTimeUs(entries, fromMs, untilMs));
    spentUs.declared += declaredUs;
    spentUs.page += pageUs;
    if (WAITS_FOR_THE_CLUSTER.has(phase)) spentUs.cluster += lengthUs - declaredUs - pageUs;
  }
  const { page, cluster, declared } = spentUs;
  return {
    page: page / 1000,
    cluster: cluster / 1000,
    declared: declared / 1000,
    harness: (wholeUs - page - cluster - declared) / 1000,
  };
}

interface Span {
  readonly phase: Phase;
  readonly fromMs: number;
  readonly untilMs: number;
}

function spans(entries: readonly LedgerEntry[], endMs: number): readonly Span[] {
  const phases = entries.filter((entry): entry is PhaseEntry => entry.kind === "phase");
  return phases.map(({ atMs, phase }, index) => ({ phase, fromMs: atMs, untilMs: phases[index + 1]?.atMs ?? endMs }));
}

function declaredMs(
  phase: Phase,
  run: {
    readonly entries: readonly LedgerEntry[];
    readonly plan: Pick<JudgementPlan, "checks" | "holdForMs" | "detection">;
    readonly faultEndedAtMs: number | null;
    readonly steadyAgainSinceMs: number | null;
    readonly fromMs: number;
    readonly untilMs: number;
  },
): number {
  switch (phase) {
    case "workload":
      return Infinity;
    case "preparation":
      // The warm-up begins when the last step of the preparation is over.
      return run.untilMs - preparedAtMs(run.entries, run.untilMs);
    case "detection":
      return run.plan.detection.kind === "none" ? 0 : run.plan.detection.unavailableForMs;
    case "convergence":
      // The hold may have begun before the page's last look was over.
      return (
        Math.max(0, (run.faultEndedAtMs ?? run.fromMs) - run.fromMs) +
        (run.steadyAgainSinceMs === null ? 0 : Math.min(run.plan.holdForMs, run.untilMs - run.steadyAgainSinceMs))
      );
    case "held-open":
      // A lease that takes longer to end is the cluster's.
      return run.plan.checks.find((check) => check.id === "watches-told")?.deliverWithinMs ?? 0;
    case "rolling-restart":
      return run.entries.some((entry) => entry.kind === "restart" && entry.event === "steady-again")
        ? run.plan.holdForMs
        : 0;
    default:
      return 0;
  }
}

function preparedAtMs(entries: readonly LedgerEntry[], elseMs: number): number {
  const ended = entries.find((one) => one.kind === "runbook" && one.part === "preparation" && one.event === "ended");
  return ended?.atMs ?? elseMs;
}

/** The steps of a page follow each other, so their times add up. */
function pageTimeUs(entries: readonly LedgerEntry[], fromMs: number, untilMs: number): number {
  let us = 0;
  for (const entry of entries) {
    if (entry.kind !== "step" || entry.startMs === null || entry.startMs < fromMs || entry.startMs >= untilMs) continue;
    us += microseconds(Math.min(entry.endMs ?? entry.atMs, untilMs)) - microseconds(entry.startMs);
  }
  return us;
}
