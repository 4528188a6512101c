/** The lost writes of a set. Any loss beyond the objective fails its run, and so the set; what is added here is how little "none" proves. */
import { shareAtMost, type Stopping } from "../../measure/index.ts";
import type { RepeatedLoss, RepeatedRun } from "./repeats-result.ts";

/** Counts losses, with the upper bound of the share of runs that have one. Runs that are missing may all have lost: then nothing is bounded. */
export function losses(runs: readonly RepeatedRun[], isWhole: boolean, stopping: Stopping): RepeatedLoss {
  // A loss that is proven counts, whatever else is wrong with its run; that there is none is known only of a run without trouble.
  const counted = runs.filter(({ says, lossObjectiveMet }) => says !== "nothing" || lossObjectiveMet === false);
  const isClean = (run: RepeatedRun): boolean => run.says !== "unknown" && run.lossObjectiveMet === true;
  const beyondObjective = counted.filter(({ lossObjectiveMet }) => lossObjectiveMet === false).length;
  const withLoss = counted.filter(({ lostWrites }) => (lostWrites ?? 0) > 0).length;
  const notClean = counted.filter((run) => !isClean(run)).length;
  const notWithoutLoss = counted.filter((run) => !isClean(run) || run.lostWrites !== 0).length;
  return {
    runs: counted.length,
    withLoss,
    beyondObjective,
    unknown: notClean - beyondObjective,
    mostLostWrites: counted.reduce<number | null>(
      (most, { lostWrites }) => (lostWrites === null ? most : Math.max(most ?? 0, lostWrites)),
      null,
    ),
    withLossShareAtMost: isWhole ? shareAtMost(notWithoutLoss, counted.length, stopping) : 1,
    beyondObjectiveShareAtMost: isWhole ? shareAtMost(notClean, counted.length, stopping) : 1,
  };
}
