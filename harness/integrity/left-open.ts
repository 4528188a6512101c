/**
 * Which undecided checks a failure explains. The drill goes on only as far as the cluster does: where steady state does not return, no member
 * is restarted and nothing is looked at after that, and a member that is down tells nothing. A failure explains only that. A check that is
 * undecided for any other reason too may hide a loss that nobody declared, and stays unexplained.
 */
import type { CheckId } from "../ledger/index.ts";
import type { Gap } from "./gaps.ts";
import type { Finding } from "./result.ts";

const EXPLAINS: Partial<Readonly<Record<CheckId, readonly Gap[]>>> = {
  converged: ["never-steady-again", "never-restarted", "member-unwell"],
  // What was missed before the restart, when steady state had returned, is not among them.
  "survives-rolling-restart": ["restart-not-survived"],
};

/** Whether these failures explain every gap of an undecided check. One that names none is undecided for another reason. */
export function leaveOpen(failures: readonly Finding[], gaps: readonly Gap[]): boolean {
  const explained = new Set(failures.flatMap(({ checkId }) => EXPLAINS[checkId] ?? []));
  return gaps.length > 0 && gaps.every((gap) => explained.has(gap));
}
