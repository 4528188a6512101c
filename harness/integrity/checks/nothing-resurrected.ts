/** Check: nothing is there that was replaced or deleted, and nothing that nobody wrote. */
import type { KeyOnMember } from "../account.ts";
import { broken, failed, inconclusive, passed, type Check } from "../check.ts";
import { printable } from "../lost-keys.ts";

/**
 * An old value is no resurrection where the write that replaced it is lost after the recovery point: that is counted as
 * loss. A refused write that is visible means that the table of outcomes is wrong, and with it every account: broken.
 */
export const nothingResurrectedCheck: Check<"nothing-resurrected"> = {
  id: "nothing-resurrected",
  title: "Nothing resurrected",
  proves: "No member holds a value that an acknowledged write had replaced or deleted, or one that nobody wrote.",
  judge: ({ account }) => {
    const { resurrected, phantoms, visibleRefusals, totals } = account;
    if (resurrected.length > 0 || phantoms.length > 0) {
      return failed(
        `${keys(resurrected)} keys hold an old value again, ${keys(phantoms)} hold one that nobody wrote.`,
        [...name(resurrected, "holds an old value"), ...name(phantoms, "holds a value that nobody wrote")],
      );
    }
    if (visibleRefusals.length > 0) {
      return broken(
        `${keys(visibleRefusals)} writes that count as refused were applied: the table of outcomes is wrong.`,
        name(visibleRefusals, "holds the value of a refused write"),
      );
    }
    if (totals.attempted === 0) return inconclusive("Nothing was written.");
    if (!account.complete)
      return inconclusive("Not every member was read back, so it is not known what else is there.");
    return passed(
      `No member holds a replaced, deleted or foreign value; ${totals.unknownKept} of ${totals.unknown} unknown writes are there, which is allowed.`,
    );
  },
};

function keys(found: readonly KeyOnMember[]): number {
  return new Set(found.map((one) => one.key)).size;
}

function name(found: readonly KeyOnMember[], what: string): readonly string[] {
  return found.map((one) => `${printable(one.key)}: ${one.on} ${what}`);
}
