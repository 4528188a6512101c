/** What one run says for its set. Small, so that a set of hundreds need not hold their ledgers. */
import { createHash } from "node:crypto";
import type { CheckId, Ledger, LedgerHeader, SetRun } from "../../ledger/index.ts";
import { recordFlaws } from "../record-flaws.ts";
import type { DrillResult } from "../result.ts";
import type { RepeatedRun } from "./repeats-result.ts";

/** What is taken from a judged run. */
export interface RunOfSet {
  readonly drillId: string;
  readonly title: string;
  readonly control: string;
  /** The seed by its own ledger. */
  readonly seed: number;
  /** A hash of all that the runs of a set must have in common: drill, page, plan, programs, machine. */
  readonly kind: string;
  readonly recoveryObjectiveMs: number | null;
  readonly run: Omit<RepeatedRun, "index" | "seed">;
}

/** Without a pass of each of these, a recovery time is no measurement of the recovery that was to be drilled. */
const GROUND: readonly CheckId[] = [
  "steady-before-fault",
  "fault-confirmed",
  "only-the-runbook-acted",
  "time-trustworthy",
];

/** What a judged run says. */
export function runOfSet(ledger: Ledger, result: DrillResult): RunOfSet {
  const loss = result.objectives.find(({ id }) => id === "lost-writes");
  return {
    drillId: result.drillId,
    title: result.title,
    control: result.control,
    seed: result.seed,
    kind: kindOf(ledger.header),
    recoveryObjectiveMs: result.objectives.find(({ id }) => id === "recovery-time")?.limit ?? null,
    run: {
      runId: result.runId,
      outcome: result.outcome,
      recoveryTimeMs: result.measurements.recoveryTimeMs,
      lostWrites: result.measurements.writes.lost?.low ?? null,
      lossObjectiveMet: loss?.met ?? null,
      ...says(ledger, result),
    },
  };
}

/** A run of the record with what its ledger says; null when it has none. */
export function repeatedRun({ index, seed, came }: SetRun, judged: RunOfSet | null): RepeatedRun {
  if (came.kind === "run-refused")
    return { index, seed, ...NO_RESULT, outcome: "broken", says: "nothing", why: came.message };
  if (came.kind === "cut-off" || judged === null) {
    const why = "it was cut off, and no result of it is on record";
    return { index, seed, ...NO_RESULT, outcome: "interrupted", says: "unknown", why };
  }
  const run = { index, seed, ...judged.run };
  const [problem] = came.problems;
  if (problem === undefined) return run;
  return {
    ...run,
    outcome: run.outcome === "failed" ? "failed" : "broken",
    says: run.says === "nothing" ? "nothing" : "unknown",
    why: `beside its record: ${problem}`,
  };
}

const NO_RESULT = { runId: null, recoveryTimeMs: null, lostWrites: null, lossObjectiveMet: null } as const;

function says(ledger: Ledger, result: DrillResult): Pick<RepeatedRun, "says" | "why"> {
  if (result.fault.injectedAtMs === null) return { says: "nothing", why: "no fault was injected" };
  const trouble = ledger.entries.find((entry) => entry.kind === "trouble");
  if (trouble?.kind === "trouble") return { says: "unknown", why: `${trouble.phase}: ${trouble.message}` };
  if (!ledger.entries.some(({ kind }) => kind === "end")) return { says: "unknown", why: "its record was cut short" };
  const [flaw] = recordFlaws(ledger.entries);
  if (flaw !== undefined) return { says: "unknown", why: `its record is not that of one drill: ${flaw}` };
  for (const id of GROUND) {
    const finding = result.findings.find(({ checkId }) => checkId === id);
    if (finding?.outcome !== "passed") return { says: "unknown", why: `${id}: ${finding?.summary ?? "not checked"}` };
  }
  const { low, high, censored } = result.measurements.recoveryTimeMs;
  if (low === null) return { says: "unknown", why: "no recovery time was measured" };
  if (censored || high === null) return { says: "censored", why: "steady state did not return while it was watched" };
  return { says: "measured", why: null };
}

function kindOf({ runId: _run, seed: _seed, startedAt: _at, ...common }: LedgerHeader): string {
  return createHash("sha256").update(JSON.stringify(common)).digest("hex");
}
