/** Check: every member was read back whole, twice. */
import { broken, inconclusive, passed, type Check } from "../check.ts";

/** A read-back that contradicts itself is a defect of the harness; one that is incomplete proves nothing about what is absent. */
export const readBackCompleteCheck: Check<"read-back-complete"> = {
  id: "read-back-complete",
  title: "Read-back complete",
  proves:
    "Every key of every member was read at the revision at which it holds the fence, after convergence and again after the restart.",
  source: {
    address: "docs/architecture.md#the-account-of-writes",
    fact: "Law 4: of a member that was not read whole, an absent key says nothing.",
  },
  judge: ({ account, nodes }) => {
    const { readBacks } = account;
    const describe = (one: (typeof readBacks)[number]): string => `${one.node} ${one.pass}: ${one.reason}`;
    const contradictions = readBacks.filter((one) => one.contradiction);
    if (contradictions.length > 0) return broken("The read-back contradicts itself.", contradictions.map(describe));
    const incomplete = readBacks.filter((one) => !one.complete);
    if (nodes.length === 0) return inconclusive("No node is on record.");
    if (incomplete.length > 0) {
      return inconclusive(
        `${incomplete.length} of ${readBacks.length} read-backs are not complete.`,
        incomplete.map(describe),
        incomplete.flatMap(({ gap }) => gap ?? []),
      );
    }
    return passed(`All ${nodes.length} members were read back twice.`);
  },
};
