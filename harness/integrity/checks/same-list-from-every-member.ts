/** Check: every member tells the same list of members. */
import type { ListedMember } from "../../ledger/index.ts";
import { failed, passed, type Check } from "../check.ts";
import { notHeard, quietStretches } from "./quiet-looks.ts";

/** Two members that differ in one look of a quiet stretch prove it: nobody changes the list then. */
export const sameListFromEveryMemberCheck: Check<"same-list-from-every-member"> = {
  id: "same-list-from-every-member",
  title: "Same list from every member",
  proves:
    "In every look between convergence and the end of the drill all members told the same ids, names and peer addresses.",
  source: {
    address: "https://github.com/etcd-io/etcd/pull/20071",
    fact: "In a corner case `--force-new-cluster` left other members in the list; members that list each other differently count different quorums.",
  },
  judge: (evidence) => {
    const different = quietStretches(evidence).flatMap(({ when, looks }) =>
      looks.flatMap((look) => {
        const lists = Map.groupBy(
          look.views.filter((view) => view.members !== null),
          (view) => listText(view.members ?? []),
        );
        return lists.size <= 1
          ? []
          : [[...lists].map(([list, views]) => `${views.map((view) => view.node).join(", ")}: ${list}`).join("; ")].map(
              (text) => `${when}: ${text}`,
            );
      }),
    );
    if (different.length > 0) return failed("Members tell different lists of members.", [...new Set(different)]);
    return (
      notHeard(evidence, (view) => view.members !== null) ??
      passed("All members told the same ids, names and peer addresses after the recovery and after the restart.")
    );
  },
};

function listText(members: readonly ListedMember[]): string {
  return members
    .map(({ memberId, name, peerUrls }) => `${memberId} ${name} at ${peerUrls.toSorted().join(" ")}`)
    .sort()
    .join(", ");
}
