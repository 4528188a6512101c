/** Check: the store's revisions are in the order of real time, and never went back below what a client had seen. */
import { isFirstOfRequest, type OperationEntry } from "../../ledger/index.ts";
import { failed, inconclusive, passed, type Check } from "../check.ts";
import type { Evidence } from "../evidence.ts";
import type { WriteEntry } from "../key-histories.ts";
import { revisionOf, type Revision } from "../revision.ts";
import { outOfOrder, sentAtMs, type ToldRevision } from "../revision-order.ts";

/**
 * Clients that watch or cache by revision are served wrongly by a store whose revision went back, even if no key is lost.
 *
 * Where the drill declares that revisions may start again, they may do so once, at the page's begin: what was answered
 * before it and what was sent after it are in order each on its own, and a write that was under way then is in neither.
 */
export const revisionNotBackCheck: Check<"revision-not-back"> = {
  id: "revision-not-back",
  title: "Revision not back",
  proves:
    "Every write has a later revision than all that were acknowledged before it was sent, and no two puts share one, unless the drill declares that revisions start again with the page.",
  source: {
    address: "https://github.com/etcd-io/etcd/issues/16028",
    fact: "Clients keep revisions: after a restore that goes back they hold on to what is no longer there, and watches wait for a revision that comes only much later (kubernetes/kubernetes#107457).",
  },
  judge: (evidence, { mayGoBack }) => {
    const { timeline, all } = evidence;
    const borderMs = timeline.runbookStartedAtMs ?? timeline.injectedAtMs;
    if (borderMs === null) return inconclusive("No fault was injected.");
    const told = toldRevisions(evidence);
    const before = told.filter(({ by }) => by.atMs < borderMs);
    const after = told.filter((one) => sentAtMs(one) >= borderMs);
    const highest = before.reduce<Revision | null>((a, { revision: b }) => (a === null || b > a ? b : a), null);
    const wrong = mayGoBack ? [...outOfOrder(before), ...outOfOrder(after)] : outOfOrder(told);
    if (wrong.length > 0) {
      const where = mayGoBack ? ", other than at the page's begin as the drill declares" : "";
      return failed(`The revision went back or was given twice ${wrong.length} time(s)${where}.`, wrong);
    }
    if (highest === null) return inconclusive("No write was acknowledged before the page began.");
    if (!all("fence").some((fence) => fence.revision !== null))
      return inconclusive("No fence was written after the recovery.", [], evidence.account.gaps);
    const back = after.filter((one) => one.revision < highest || (one.revision === highest && one.makesRevision));
    if (back.length > 0)
      return passed(
        `The revision went back, as the drill declares: ${back.length} revisions are not above ${highest}.`,
      );
    return passed(
      `All ${told.length} revisions are in order; the ${after.length} after the page began follow ${highest}, the highest before.`,
    );
  },
};

/** Acknowledged writes, the first one of each transaction, and fences. */
function toldRevisions({ all }: Evidence): readonly ToldRevision[] {
  const operations = all("operation");
  const putting = new Set(operations.flatMap((one) => (one.op === "put" ? (one.transaction ?? []) : [])));
  const makesRevision = ({ op, transaction }: OperationEntry): boolean =>
    transaction === null ? op === "put" : putting.has(transaction);
  const told: ToldRevision[] = [];
  for (const one of operations) {
    if (one.op === "get" || one.outcome !== "acknowledged" || one.revision === null || !isFirstOfRequest(one)) continue;
    told.push({ by: one as WriteEntry, revision: revisionOf(one.revision), makesRevision: makesRevision(one) });
  }
  for (const fence of all("fence"))
    if (fence.revision !== null) told.push({ by: fence, revision: revisionOf(fence.revision), makesRevision: true });
  return told;
}
