/** Judges a set: a pure function of its record and of what its runs' ledgers say. */
import { worstOutcome, type Outcome } from "../../core/index.ts";
import type { SetRecord } from "../../ledger/index.ts";
import { CONFIDENCE, type Stopping } from "../../measure/index.ts";
import { losses } from "./losses.ts";
import { recoveryTimes } from "./recovery-times.ts";
import {
  REPEATS_SCHEMA_VERSION,
  type ObjectiveVerdict,
  type RepeatedRun,
  type RepeatsResult,
  type RunCounts,
} from "./repeats-result.ts";
import { repeatedRun, type RunOfSet } from "./run-of-set.ts";

const OUTCOME_OF_VERDICT: Readonly<Record<ObjectiveVerdict, Outcome>> = {
  met: "passed",
  missed: "failed",
  "not-decided": "inconclusive",
};

/** Judges a set. `judged` has, by run id, what each run with a ledger says. */
export function judgeRepeats(record: SetRecord, judged: ReadonlyMap<string, RunOfSet>): RepeatsResult {
  const { header, ended } = record;
  const judgedOf = ({ came }: SetRecord["runs"][number]): RunOfSet | null =>
    came.kind === "run-over" ? (judged.get(came.runId) ?? null) : null;
  const runs = record.runs.map((run) => repeatedRun(run, judgedOf(run)));
  const known = record.runs.flatMap((run) => judgedOf(run) ?? []);
  const first = known[0];
  const stopping: Stopping = header.plan.kind === "repeat" && ended === "all-run" ? "fixed" : "anytime";
  const areAlike = new Set(known.map(({ kind }) => kind)).size <= 1;
  const flaws = [
    ...record.flaws,
    ...record.runs.flatMap((run) => {
      const seed = judgedOf(run)?.seed ?? run.seed;
      return seed === run.seed ? [] : [`Run ${run.index} has the seed ${run.seed}, and its own record says ${seed}.`];
    }),
  ];
  const isWhole = flaws.length === 0;
  const objectiveMs = first?.recoveryObjectiveMs ?? null;
  const recoveryTime = recoveryTimes({ runs, objectiveMs, areAlike, isWhole }, stopping);
  const reasons: (readonly [Outcome, string])[] = [];
  if (recoveryTime.verdict !== "met") {
    reasons.push([OUTCOME_OF_VERDICT[recoveryTime.verdict], `Recovery time objective: ${recoveryTime.because}`]);
  }
  if (ended === "interrupted")
    reasons.push(["interrupted", "The set was interrupted: what it shows is of the runs until then."]);
  if (!areAlike) {
    reasons.push([
      "inconclusive",
      "The runs are not of one kind: the page, the plan, a program or the machine changed between them.",
    ]);
  }
  if (known.some(({ drillId, control }) => drillId !== header.drillId || control !== "none")) {
    reasons.push(["broken", "There are runs in the set that are not of its drill."]);
  }
  for (const flaw of flaws) reasons.push(["broken", `The record of the set is not whole: ${flaw}`]);
  return {
    schemaVersion: REPEATS_SCHEMA_VERSION,
    setId: header.setId,
    drillId: header.drillId,
    title: first?.title ?? header.drillId,
    outcome: worstOutcome([
      ...runs.map(({ outcome }) => outcome),
      ...reasons.map(([outcome]) => outcome),
      ...bare(runs),
    ]),
    notes: reasons.map(([, reason]) => reason),
    startedAt: header.startedAt,
    plan: header.plan,
    ended,
    stopping,
    confidence: CONFIDENCE,
    counts: counts(runs),
    recoveryTime,
    loss: losses(runs, isWhole, stopping),
    runs,
  };
}

/** Without any run nothing passes. */
function bare(runs: readonly RepeatedRun[]): readonly Outcome[] {
  return runs.length === 0 ? ["inconclusive"] : [];
}

function counts(runs: readonly RepeatedRun[]): RunCounts {
  const saying = (what: RepeatedRun["says"]): number => runs.filter(({ says }) => says === what).length;
  return {
    begun: runs.length,
    measured: saying("measured"),
    censored: saying("censored"),
    unknown: saying("unknown"),
    nothing: saying("nothing"),
  };
}
