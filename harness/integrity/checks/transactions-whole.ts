/** Check: of each transaction a member holds all or nothing. */
import type { TornOnMember } from "../examine.ts";
import type { WriteEntry } from "../key-histories.ts";
import { failed, inconclusive, passed, type Check } from "../check.ts";
import { printable } from "../lost-keys.ts";

/** No recovery point excuses half a transaction: its writes have one revision, and a point lies before or after it. */
export const transactionsWholeCheck: Check<"transactions-whole"> = {
  id: "transactions-whole",
  title: "Transactions whole",
  proves:
    "Of every transaction over several keys each member holds all writes that were not superseded, at one revision, or none.",
  source: {
    address: "https://etcd.io/docs/v3.6/learning/api_guarantees/",
    fact: "An operation is completed in full or not at all, and all writes of one transaction have one revision.",
  },
  judge: ({ account }) => {
    const { tornTransactions, transactions } = account;
    if (tornTransactions.length > 0) {
      const found = new Set(tornTransactions.map((one) => one.id)).size;
      return failed(
        `${found} of ${transactions} transactions are held in part, or not at one revision.`,
        tornTransactions.map(describe),
      );
    }
    if (transactions === 0) return inconclusive("No transaction over several keys was acknowledged.");
    if (!account.complete)
      return inconclusive("Not every member was read back, so it is not known what is whole.", [], account.gaps);
    return passed(`All ${transactions} acknowledged transactions over several keys are there whole, or not at all.`);
  },
};

function describe({ id, on, there, missing }: TornOnMember): string {
  if (missing.length === 0) return `transaction ${id}: ${on} holds ${named(there)} at different revisions`;
  return `transaction ${id}: ${on} holds ${named(there)} and lacks ${named(missing)}`;
}

function named(writes: readonly WriteEntry[]): string {
  return writes.map((one) => `${one.op} ${one.id} of ${printable(one.key)}`).join(" and ");
}
