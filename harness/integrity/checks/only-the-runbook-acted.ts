/** Check: the harness did not heal (law 2). */
import type { Actor, ControlPlan, LedgerEntry, ProcessEntry } from "../../ledger/index.ts";
import { broken, inconclusive, passed, type Check } from "../check.ts";
import { pick, type Evidence } from "../evidence.ts";
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

/** Of what a step made an engine start, the harness may hear after the step has ended, and asks the engine about it. In all runs so far it heard while the page went on. */
const HEARD_WITHIN_MS = 5000;

/**
 * What was done as a page does it, past all that is the harness's own, while no page was being followed: nobody knows by whom. That is no
 * proof against the harness, and none that the page alone has recovered the cluster.
 */
function whileNoPageWasFollowed(acts: readonly ProcessEntry[], { timeline }: Evidence): readonly ProcessEntry[] {
  const fromMs = timeline.runbookStartedAtMs ?? Infinity;
  const untilMs = (timeline.runbookEndedAtMs ?? Infinity) + HEARD_WITHIN_MS;
  return acts.filter(({ actor, atMs }) => actor === "runbook" && (atMs < fromMs || atMs > untilMs));
}

function told({ atMs, event, node, process }: ProcessEntry): string {
  return `${node}: ${process} ${event} at ${atMs.toFixed(0)} ms`;
}

/**
 * A harness that starts or stops a process of the cluster during the recovery has spoilt the drill: broken. So has a fault
 * that acts at any other time than its injection and its declared end. What an engine restarts by itself is the cluster's own doing.
 */
export const onlyTheRunbookActedCheck: Check<"only-the-runbook-acted"> = {
  id: "only-the-runbook-acted",
  title: "Only the runbook acted",
  proves:
    "From the injection until convergence was decided, the harness started and stopped no process of the cluster, the fault none but while it was injected or ended, and nobody else any but while the page was followed; what an engine restarts by itself is told.",
  source: {
    address: "docs/architecture.md#the-laws-that-keep-a-verdict-true",
    fact: "Law 2: a harness that starts a member while the page is being followed would take the credit from the page, or hide what it lacks.",
  },
  judge: (evidence) => {
    const { all, plan, recovery, timeline } = evidence;
    if (timeline.injectedAtMs === null) return inconclusive("No fault was injected.");
    if (all("process").length === 0) return inconclusive("No process is on record.");
    const forked = actsOfForks(recovery.watched);
    const happened = pick(recovery.watched, "process").filter(({ event }) => event !== "exited");
    const byItself = happened.filter(({ actor, event }) => event === "started" && actor === null);
    const acts = happened.filter((entry) => !forked.has(entry) && !byItself.includes(entry));
    const own = [...acts.filter((entry) => !mayAct(entry.actor, plan.control)), ...outOfTurn(recovery.watched)];
    if (own.length > 0) {
      return broken(`The harness acted on the cluster ${own.length} time(s) during the recovery.`, own.map(told));
    }
    const secret = [
      ...whileNoPageWasFollowed(acts, evidence).map((entry) => `${told(entry)}, while no page was being followed`),
      ...answeredWithoutProcess(recovery.watched),
    ];
    if (secret.length > 0) {
      return inconclusive("Somebody acted on the cluster whom the record does not name.", secret);
    }
    if (!recovery.waitEnded) return inconclusive("The record ends before the recovery was decided.");
    const byPage = acts.filter((entry) => entry.actor === "runbook").length;
    const byEngine = byItself.length === 0 ? "" : `, and an engine restarted one by itself ${byItself.length} time(s)`;
    return passed(
      `The page started or stopped processes ${byPage} time(s) during the recovery, the harness never${byEngine}.`,
    );
  },
};
