/** Check: no write was applied twice. */
import { failed, inconclusive, passed, type Check } from "../check.ts";
import type { DuplicatedKey } from "../examine.ts";
import { printable } from "../lost-keys.ts";
import { describeReadFault } from "../read-faults.ts";

/**
 * A write that was applied again may have the right value, and still whoever goes by revisions or versions (a transaction,
 * a lock, a watch) is served wrongly. What a drill lets be put anew is declared (`mayGoBack` of `revision-not-back`).
 */
export const nothingDuplicatedCheck: Check<"nothing-duplicated"> = {
  id: "nothing-duplicated",
  title: "Nothing duplicated",
  proves:
    "No acknowledged put is held, or was read, at another revision than its writer was told, and no key was put more often than puts were sent to it.",
  source: {
    address: "https://etcd.io/docs/v3.6/learning/api/",
    fact: "Each change of the store has a revision of its own, and a key's version is raised by one with each change of it and starts again with a delete.",
  },
  judge: ({ account }) => {
    const { duplicated, totals, wouldShowDuplicates } = account;
    const reads = account.readFaults.filter((one) => one.kind === "rewritten");
    if (duplicated.length + reads.length > 0) {
      const keys = new Set([...duplicated.map((one) => one.key), ...reads.map((one) => one.read.key)]).size;
      return failed(`Writes of ${keys} ${keys === 1 ? "key" : "keys"} were applied again.`, [
        ...duplicated.map(describe),
        ...reads.map((one) => describeReadFault(one, printable(one.read.key))),
      ]);
    }
    if (totals.attempted === 0) return inconclusive("Nothing was written.");
    if (!account.complete)
      return inconclusive(
        "Not every member was read back, so it is not known what was applied again.",
        [],
        account.gaps,
      );
    if (wouldShowDuplicates === 0)
      return inconclusive("Of no key is it on record at which revision, or how often, it should have been put.");
    return passed("Every acknowledged put is held at its own revision, and no key was put more often than was sent.");
  },
};

function describe(one: DuplicatedKey): string {
  const what = `${printable(one.key)}: ${one.on} holds`;
  return one.kind === "rewritten"
    ? `${what} at revision ${one.held} what was acknowledged at revision ${one.acknowledged}`
    : `${what} it at version ${one.version}, and ${one.sent} ${one.sent === 1 ? "put was" : "puts were"} sent up to that value`;
}
