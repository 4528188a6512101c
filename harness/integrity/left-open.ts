/**
 * Which checks a failure leaves without data. The drill goes on only as far as the cluster does: where steady state does
 * not return, no member is restarted, nothing is read back after that, and members that are down tell nothing.
 * A check that had its data is never among them: it passed or failed by that.
 */
import type { CheckId } from "../ledger/index.ts";
import type { Finding } from "./result.ts";

/** What is read back from every member. */
const DATA: readonly CheckId[] = [
  "read-back-complete",
  "acknowledged-writes-kept",
  "loss-within-objective",
  "nothing-resurrected",
  "nothing-duplicated",
  "transactions-whole",
  "linearizable",
  "members-agree",
  "restart-keeps-data",
];

/** What is looked at when every member has been restarted. */
const AFTER_RESTART: readonly CheckId[] = ["no-recovery-flag", "no-fatal-log-line", "old-data-cannot-rejoin"];

/** What members say of themselves and of the cluster. */
const MEMBERS: readonly CheckId[] = [
  "membership-as-promised",
  "cluster-id-as-promised",
  "same-list-from-every-member",
  "no-learner",
  "no-alarm",
  "quota-as-promised",
  "every-member-writes",
  "revision-not-back",
  "leases-sane",
  "watches-told",
];

const LEAVES_OPEN: Partial<Readonly<Record<CheckId, readonly CheckId[]>>> = {
  converged: [...DATA, ...MEMBERS, ...AFTER_RESTART, "survives-rolling-restart", "recovery-time-within-objective"],
  "survives-rolling-restart": [...DATA, ...AFTER_RESTART],
  // A recovery point is what a member in a role had: without the role there is none, and no loss is excused or counted.
  "roles-bound": ["acknowledged-writes-kept", "loss-within-objective"],
};

/** The checks that may be undecided because of these failures. */
export function leftOpenBy(failures: readonly Finding[]): ReadonlySet<CheckId> {
  return new Set(failures.flatMap(({ checkId }) => LEAVES_OPEN[checkId] ?? []));
}
