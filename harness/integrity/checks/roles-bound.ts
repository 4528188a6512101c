/** Check: the page's roles were found by looking, not by knowing the fault (law 8). */
import type { MemberView, PagePart } from "../../ledger/index.ts";
import { failed, inconclusive, passed, type Check, type Judged } from "../check.ts";
import { pick, type EntryOf, type Evidence } from "../evidence.ts";

/**
 * A role that nobody fits, or several do, is a finding about the page: it does not say enough for this disaster. It is
 * one only when diagnosis saw every member for certain; a member that was slow to answer may be the one that fits.
 */
export const rolesBoundCheck: Check<"roles-bound"> = {
  id: "roles-bound",
  title: "Roles bound",
  proves: "Every role that the page names was bound to one node by what the members themselves said.",
  source: {
    address: "docs/architecture.md#the-laws-that-keep-a-verdict-true",
    fact: "Law 8: people on call know only what the members say, so the page's words must fit exactly one node by that alone.",
  },
  judge: (evidence) => {
    const roles = [...rolesOf("preparation", evidence), ...rolesOf("recovery", evidence)];
    if (roles.length === 0) return inconclusive("No role was bound.");
    return (
      judgePart("preparation", evidence) ??
      judgePart("recovery", evidence) ??
      passed(roles.map((entry) => `${entry.role} is ${entry.node}`).join(", ") + ".")
    );
  },
};

/** The roles that were bound for a part of the page: before the injection, or after it. */
function rolesOf(part: PagePart, { ledger, recovery }: Evidence): readonly EntryOf<"role">[] {
  return pick(part === "recovery" ? recovery.watched : ledger.entries, "role").filter((entry) => entry.part === part);
}

/** Null when there is nothing to say against the roles of a part. */
function judgePart(part: PagePart, evidence: Evidence): Judged | null {
  const roles = rolesOf(part, evidence);
  const unbound = roles.filter((entry) => entry.node === null);
  const diagnosis = evidence.all("diagnosis").findLast((entry) => entry.part === part);
  if (unbound.length > 0) {
    const summary = `${unbound.length} of ${roles.length} roles could not be bound`;
    const details = unbound.map((entry) => `${entry.role}: ${entry.because}`);
    if (diagnosis === undefined) return inconclusive(`${summary}, and no diagnosis is on record.`, details);
    const open = evidence.startingNodes.flatMap((node) => uncertainty(node, diagnosis.views, evidence));
    return open.length === 0
      ? failed(`${summary}.`, details)
      : inconclusive(`${summary}, and diagnosis did not see every member for certain.`, [...details, ...open]);
  }
  return roles.length > 0 && diagnosis === undefined
    ? inconclusive("Roles were bound, but no diagnosis is on record that they could follow from.")
    : null;
}

/**
 * Reasons for which a member is not known to be down: it was given too little time, or it ran out itself, or we closed
 * the connection (harness/system/etcd/outcome.ts). Every other one is something that was met with at its address.
 */
const MAY_BE_THERE: ReadonlySet<string> = new Set(["deadline", "server-deadline", "client-closed"]);

/** What keeps the view of a node from being certain; empty when it is. */
function uncertainty(
  node: string,
  views: readonly MemberView[],
  { lacks }: Pick<Evidence, "lacks">,
): readonly string[] {
  const view = views.find((one) => one.node === node);
  if (view === undefined) return [`${node} was not asked`];
  if (!view.answered) {
    return view.reason === null || MAY_BE_THERE.has(view.reason)
      ? [`${node} did not answer (${view.reason ?? "no reason is on record"}), which does not say that it is down`]
      : [];
  }
  // Without a leader a member still tells these; only a call that did not come back leaves them out.
  const inPart =
    view.memberId === null || (view.revision === null && lacks.revisions === undefined) || view.members === null;
  return inPart ? [`${node} answered in part only`] : [];
}
