/** The promises beside what was measured. A measurement is never called an objective. */
import { formatMs } from "../core/index.ts";
import { failed, inconclusive, passed, type Judged } from "./check.ts";
import { judgeTime } from "./checks/time-trustworthy.ts";
import type { Evidence } from "./evidence.ts";
import type { ObjectiveResult } from "./result.ts";

/** The recovery time against its objective. A time that cannot be trusted neither meets nor misses it. */
export function judgeRecoveryTime(evidence: Evidence): Judged {
  const { low, high, censored } = evidence.recovery.recoveryTimeMs;
  const limitMs = evidence.plan.objectives.recoveryTimeMs;
  const objective = `the objective is ${formatMs(limitMs)}`;
  if (low === null) return inconclusive(`No recovery time was measured; ${objective}.`);
  const trust = judgeTime(evidence);
  if (trust.outcome !== "passed")
    return inconclusive(`The recovery time cannot be trusted; ${objective}.`, [trust.summary]);
  const took =
    high === null
      ? `more than ${formatMs(low, "down")}`
      : `between ${formatMs(low, "down")} and ${formatMs(high, "up")}`;
  const sentence = `The recovery took ${took}; ${objective}.`;
  if (low > limitMs) return failed(sentence);
  if (censored) return inconclusive(sentence, [], ["never-steady-again"]);
  return high === null || high > limitMs ? inconclusive(sentence) : passed(sentence);
}

/**
 * The lost writes against their objective, which is about acknowledged ones alone: the low ends of the account. A write of
 * unknown outcome that is gone was acknowledged to nobody. It is no broken promise, so it misses no objective, and that it
 * is gone leaves nothing open about the promise that was made: it keeps none from being met.
 */
export function judgeLoss({ account, plan }: Evidence): Judged {
  const limit = plan.objectives.lostWrites;
  const lost = account.lost.length;
  const early = account.lost.filter((one) => !one.afterRecoveryPoint).length;
  const objective = `the objective allows ${limit} after the recovery point`;
  if (early > 0)
    return failed(
      `${lost} acknowledged writes are lost, ${early} of them ${account.mustKeepEverything ? "although everything had to be kept" : "not by design after a known recovery point"}; ${objective}.`,
    );
  if (lost > limit) return failed(`${lost} acknowledged writes after the recovery point are lost; ${objective}.`);
  if (!account.mustKeepEverything && account.recoveryPointRevision === undefined)
    return inconclusive("No recovery point is on record.");
  if (!account.complete)
    return inconclusive(`Not every member was read back, so the loss is not known; ${objective}.`, [], account.gaps);
  return passed(`${lost} acknowledged writes are lost; ${objective}.`);
}

/** Both objectives with their measurements. They are promises about the drill itself: a control has none. */
export function objectivesOf(evidence: Evidence): readonly ObjectiveResult[] {
  if (evidence.plan.control.kind !== "none") return [];
  const { objectives } = evidence.plan;
  const { lost, acknowledged } = evidence.account.totals;
  const loss = judgeLoss(evidence);
  return [
    {
      id: "recovery-time",
      limit: objectives.recoveryTimeMs,
      measured: evidence.recovery.recoveryTimeMs.high,
      met: met(judgeRecoveryTime(evidence)),
    },
    {
      id: "lost-writes",
      limit: objectives.lostWrites,
      measured: lost?.low ?? null,
      met: acknowledged === 0 ? null : met(loss),
    },
  ];
}

function met({ outcome }: Judged): boolean | null {
  return outcome === "passed" ? true : outcome === "failed" ? false : null;
}
