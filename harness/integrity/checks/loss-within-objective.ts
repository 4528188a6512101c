/** Check: what was lost is within the declared objective (law 7). */
import { inconclusive, type Check } from "../check.ts";
import { judgeLoss } from "../objectives.ts";

/** The objective covers writes after the recovery point only; one lost before it misses every objective. */
export const lossWithinObjectiveCheck: Check<"loss-within-objective"> = {
  id: "loss-within-objective",
  title: "Loss within objective",
  proves: "No acknowledged write up to the recovery point is lost, and of later ones no more than was declared.",
  source: {
    address: "https://etcd.io/docs/v3.6/op-guide/recovery/",
    fact: "A recovery from one member's data or a snapshot can lose what only the others had; how much is allowed is declared, and every lost write is counted.",
  },
  judge: (evidence) =>
    evidence.account.totals.acknowledged === 0 ? inconclusive("No write was acknowledged.") : judgeLoss(evidence),
};
