/** Check: what was acknowledged up to the recovery point is still there. */
import { failed, inconclusive, passed, type Check } from "../check.ts";
import { describeLoss, printable } from "../lost-keys.ts";
import { describeReadFault } from "../read-faults.ts";

/**
 * One completely read member that lacks a write proves the loss, whatever the others hold. A linearizable read that finds nothing
 * where an acknowledged put should be proves it too, even if the write is there again when all is read back.
 */
export const acknowledgedWritesKeptCheck: Check<"acknowledged-writes-kept"> = {
  id: "acknowledged-writes-kept",
  title: "Acknowledged writes kept",
  proves:
    "Every write that was acknowledged up to the recovery point is there on every member, and every read found it.",
  source: {
    address: "https://etcd.io/docs/v3.6/learning/api_guarantees/",
    fact: "etcd promises that every completed operation is durable, and that an operation is complete once the client has its answer.",
  },
  judge: ({ account }) => {
    const { totals } = account;
    const violating = account.lost.filter((one) => !one.afterRecoveryPoint);
    const unseen = account.readFaults.filter((one) => one.kind === "absent");
    const reads = unseen.map((one) => describeReadFault(one, printable(one.read.key)));
    if (violating.length > 0) {
      return failed(`${violating.length} of ${totals.acknowledged} acknowledged writes that had to be kept are lost.`, [
        ...violating.map(describeLoss),
        ...reads,
      ]);
    }
    if (unseen.length > 0) {
      return failed(`${unseen.length} linearizable reads found nothing where an acknowledged put had to be.`, reads);
    }
    if (totals.acknowledged === 0) return inconclusive("No write was acknowledged: nothing could be lost.");
    if (!account.complete)
      return inconclusive("Not every member was read back, so it is not known what is kept.", [], account.gaps);
    const after = account.lost.length === 0 ? "" : `, but for ${account.lost.length} after the recovery point`;
    return passed(`All ${totals.acknowledged} acknowledged writes are there on every member${after}.`);
  },
};
