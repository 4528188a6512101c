/** Check: nothing is there that was replaced or deleted, and nothing that nobody wrote. */
import type { KeyOnMember } from "../examine.ts";
import { broken, failed, inconclusive, passed, type Check } from "../check.ts";
import { printable } from "../lost-keys.ts";
import { describeReadFault, type ReadFaultKind } from "../read-faults.ts";

/**
 * An old value is no resurrection where the write that replaced it is lost after the recovery point: that is counted as
 * loss. A member that holds several values of one key at once has an old one back beside the new one, and serves either. What the members held in between is seen by the workload's linearizable reads, which count in the same way. A
 * refused write that is visible means that the table of outcomes is wrong, and with it every account: broken.
 */
export const nothingResurrectedCheck: Check<"nothing-resurrected"> = {
  id: "nothing-resurrected",
  title: "Nothing resurrected",
  proves:
    "No member holds a value that an acknowledged write had replaced or deleted, or one that nobody wrote, and no read found such.",
  source: {
    address: "https://etcd.io/docs/v3.6/learning/api_guarantees/",
    fact: "etcd promises strict serializability: what an acknowledged write has replaced or deleted is never the current value again.",
  },
  judge: ({ account }) => {
    const { heldTwice, resurrected, phantoms, visibleRefusals, totals } = account;
    const read = account.readFaults.filter((one) => READ_FAULTS.has(one.kind));
    const refused = account.readFaults.filter((one) => one.kind === "refused");
    if (resurrected.length + phantoms.length + heldTwice.length > 0 || read.length > 0) {
      const found = [
        `${keys(resurrected)} keys hold an old value again`,
        `${keys(phantoms)} hold one that nobody wrote`,
        ...(heldTwice.length > 0 ? [`${keys(heldTwice)} have several values at once`] : []),
        ...(read.length > 0 ? [`${read.length} reads found such a value`] : []),
      ];
      return failed(`${found.join(", ")}.`, [
        ...name(resurrected, "holds an old value"),
        ...name(phantoms, "holds a value that nobody wrote"),
        ...name(heldTwice, "holds several values at once"),
        ...read.map((one) => describeReadFault(one, printable(one.read.key))),
      ]);
    }
    if (visibleRefusals.length > 0 || refused.length > 0) {
      const applied = new Set([...visibleRefusals.map((one) => one.key), ...refused.map((one) => one.read.key)]).size;
      return broken(`${applied} writes that count as refused were applied: the table of outcomes is wrong.`, [
        ...name(visibleRefusals, "holds the value of a refused write"),
        ...refused.map((one) => describeReadFault(one, printable(one.read.key))),
      ]);
    }
    if (totals.attempted === 0) return inconclusive("Nothing was written.");
    if (!account.complete)
      return inconclusive("Not every member was read back, so it is not known what else is there.", [], account.gaps);
    return passed(
      `No member holds a replaced, deleted or foreign value; ${totals.unknownKept} of ${totals.unknown} unknown writes are there, which is allowed.`,
    );
  },
};

/** What of a read accuses here; one that found nothing is a write not kept, one at another revision a write applied again. */
const READ_FAULTS: ReadonlySet<ReadFaultKind> = new Set(["old", "foreign"]);

function keys(found: readonly KeyOnMember[]): number {
  return new Set(found.map((one) => one.key)).size;
}

function name(found: readonly KeyOnMember[], what: string): readonly string[] {
  return found.map((one) => `${printable(one.key)}: ${one.on} ${what}`);
}
