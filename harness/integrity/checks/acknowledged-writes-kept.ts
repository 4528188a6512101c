/** Check: what was acknowledged up to the recovery point is still there. */
import { failed, inconclusive, passed, type Check } from "../check.ts";
import { describeLoss } from "../lost-keys.ts";

/** One completely read member that lacks a write proves the loss, whatever the others hold. */
export const acknowledgedWritesKeptCheck: Check<"acknowledged-writes-kept"> = {
  id: "acknowledged-writes-kept",
  title: "Acknowledged writes kept",
  proves: "Every write that was acknowledged up to the recovery point is there on every member.",
  judge: ({ account }) => {
    const { totals } = account;
    const violating = account.lost.filter((one) => !one.afterRecoveryPoint);
    if (violating.length > 0) {
      return failed(
        `${violating.length} of ${totals.acknowledged} acknowledged writes that had to be kept are lost.`,
        violating.map(describeLoss),
      );
    }
    if (totals.acknowledged === 0) return inconclusive("No write was acknowledged: nothing could be lost.");
    if (!account.complete) return inconclusive("Not every member was read back, so it is not known what is kept.");
    const after = account.lost.length === 0 ? "" : `, but for ${account.lost.length} after the recovery point`;
    return passed(`All ${totals.acknowledged} acknowledged writes are there on every member${after}.`);
  },
};
