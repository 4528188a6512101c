/** Check: the harness did not heal (law 2). */
import type { Actor, ControlPlan, LedgerEntry, ProcessEntry } from "../../ledger/index.ts";
import { broken, inconclusive, passed, type Check } from "../check.ts";
import { pick } from "../evidence.ts";
import { actsOfForks } from "../forks.ts";
import { answeredWithoutProcess } from "./answered-without-process.ts";

/** In the control that starts what stopped, nobody else is there to do it. */
function mayAct(actor: Actor | null, control: ControlPlan): boolean {
  return actor === "runbook" || actor === "fault" || (actor === "control" && control.kind === "restart-only");
}

/** What the fault did while it was neither being injected nor being ended: healing in its name. */
function outOfTurn(watched: readonly LedgerEntry[]): readonly ProcessEntry[] {
  // What is watched begins right after the injection was announced.
  let mayActNow = true;
  return watched.flatMap((entry) => {
    if (entry.kind === "fault") mayActNow = entry.event === "injecting" || entry.event === "lifting";
    const acted = entry.kind === "process" && entry.event !== "exited" && entry.actor === "fault";
    return acted && !mayActNow ? [entry] : [];
  });
}

/**
 * A harness that starts or stops a process of the cluster during the recovery has spoilt the drill: broken. So has a fault
 * that acts at any other time than its injection and its declared end.
 */
export const onlyTheRunbookActedCheck: Check<"only-the-runbook-acted"> = {
  id: "only-the-runbook-acted",
  title: "Only the runbook acted",
  proves:
    "From the injection until convergence was decided, the harness started and stopped no process of the cluster, and the fault none but while it was injected or ended.",
  source: {
    address: "docs/architecture.md#the-laws-that-keep-a-verdict-true",
    fact: "Law 2: a harness that starts a member while the page is being followed would take the credit from the page, or hide what it lacks.",
  },
  judge: ({ all, plan, recovery, timeline }) => {
    if (timeline.injectedAtMs === null) return inconclusive("No fault was injected.");
    if (all("process").length === 0) return inconclusive("No process is on record.");
    const forked = actsOfForks(recovery.watched);
    const acts = pick(recovery.watched, "process").filter((entry) => entry.event !== "exited" && !forked.has(entry));
    const own = [...acts.filter((entry) => !mayAct(entry.actor, plan.control)), ...outOfTurn(recovery.watched)];
    if (own.length > 0) {
      const details = own.map(
        (entry) => `${entry.node}: ${entry.process} ${entry.event} at ${entry.atMs.toFixed(0)} ms`,
      );
      return broken(`The harness acted on the cluster ${own.length} time(s) during the recovery.`, details);
    }
    const secret = answeredWithoutProcess(recovery.watched);
    if (secret.length > 0) {
      return inconclusive("Somebody acted on the cluster whom the record does not name.", secret);
    }
    if (!recovery.waitEnded) return inconclusive("The record ends before the recovery was decided.");
    const byPage = acts.filter((entry) => entry.actor === "runbook").length;
    return passed(`The page started or stopped processes ${byPage} time(s) during the recovery, the harness never.`);
  },
};
