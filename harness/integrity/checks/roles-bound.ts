/** Check: the page's roles were found by looking, not by knowing the fault (law 8). */
import { failed, inconclusive, passed, type Check } from "../check.ts";
import { pick } from "../evidence.ts";

/** A role that nobody fits, or several do, is a finding about the page: it does not say enough for this disaster. */
export const rolesBoundCheck: Check<"roles-bound"> = {
  id: "roles-bound",
  title: "Roles bound",
  proves: "Every role that the page names was bound to one node by what the members themselves said.",
  judge: ({ recovery }) => {
    const roles = pick(recovery.watched, "role");
    const unbound = roles.filter((entry) => entry.node === null);
    if (unbound.length > 0) {
      return failed(
        `${unbound.length} of ${roles.length} roles could not be bound.`,
        unbound.map((entry) => `${entry.role}: ${entry.because}`),
      );
    }
    if (roles.length === 0) return inconclusive("No role was bound.");
    if (pick(recovery.watched, "diagnosis").length === 0) {
      return inconclusive("Roles were bound, but no diagnosis is on record that they could follow from.");
    }
    return passed(roles.map((entry) => `${entry.role} is ${entry.node}`).join(", ") + ".");
  },
};
