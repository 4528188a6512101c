/**
 * A bystander's record by itself: a ledger in which it is the cluster, so that what measures and judges a cluster can be asked of it.
 * Live watching and judging both take its plan from here. Pure.
 */
import type { BystanderCheckPlan, JudgementPlan, Ledger, LedgerEntry } from "../ledger/index.ts";

/** How a bystander is watched and judged: as the drill's own cluster, but for its size and its clients; nothing of it may be lost. */
export function bystanderPlan(
  plan: JudgementPlan,
  { serviceProbe, voters, workload }: BystanderCheckPlan,
): JudgementPlan {
  return {
    ...plan,
    checks: [],
    expected: { kind: "passed" },
    steadyState: { voters },
    recoveryPoint: { kind: "everything", description: "nothing is done to it, so it loses nothing" },
    serviceProbe,
    workload,
  };
}

/** What is told of the whole drill, and marks a bystander's time too. */
const SHARED: ReadonlySet<LedgerEntry["kind"]> = new Set(["phase", "end"]);

/**
 * The lines of a bystander, with those that mark the drill's time: its phases, and the instant of the injection. What the page
 * does, there or elsewhere, is left out: the steady-state rule begins anew with each of its acts, and would not see their harm.
 */
export function bystanderLedger({ entries, header, tornTail }: Ledger, check: BystanderCheckPlan): Ledger {
  return {
    header: { ...header, plan: bystanderPlan(header.plan, check) },
    entries: entries.flatMap((one): readonly LedgerEntry[] => {
      if (one.kind === "bystander")
        return one.cluster === check.cluster && one.entry.kind !== "process" ? [one.entry] : [];
      const marks = SHARED.has(one.kind) || (one.kind === "fault" && one.event === "injecting");
      return marks ? [one] : [];
    }),
    tornTail,
  };
}
