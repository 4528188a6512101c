/**
 * Why data that a check needs is not there, as far as the record itself proves it. An undecided check names all of its gaps, and
 * left-open.ts says which failures explain which. Not its business: whether a failure was declared.
 */
import type { GridPlan, Ledger, LedgerEntry, ReadBackPass } from "../ledger/index.ts";

/**
 * - `never-steady-again`: it comes once steady state has returned, and that did not return.
 * - `never-restarted`: it comes once members are restarted, and no restart was begun.
 * - `restart-not-survived`: it comes after the restart, and the drill says that this did not come to a good end.
 * - `member-unwell`: it was to come from a member, before any restart, and that one took no writes then, or stayed behind the fence.
 * - `unexplained`: nothing on record says that the cluster is to blame, so the harness or its machine may be.
 */
export type Gap = "never-steady-again" | "never-restarted" | "restart-not-survived" | "member-unwell" | "unexplained";

/** One thing that a check does not know, and the gap that keeps it from knowing. */
export interface OpenPoint {
  readonly what: string;
  readonly gap: Gap;
}

/** The gap of what comes only after the restart of every member. */
export function gapOfRestart({ entries }: Ledger): Gap {
  if (!entries.some(isOfRestart)) return "never-restarted";
  const said = entries.findLast((one) => one.kind === "restart" && ENDS_OF_RESTART.has(one.event));
  return said === undefined || (said.kind === "restart" && said.event === "steady-again")
    ? "unexplained"
    : "restart-not-survived";
}

const ENDS_OF_RESTART: ReadonlySet<string> = new Set(["steady-again", "not-steady", "failed"]);

function isOfRestart(entry: LedgerEntry): boolean {
  return (
    entry.kind === "restart" ||
    (entry.kind === "phase" && entry.phase === "rolling-restart") ||
    (entry.kind === "fence" && entry.pass === "after-restart")
  );
}

/**
 * The gap of what a member was to give in one of the two passes.
 * @param isUnwell whether the record shows that the member itself could not give it.
 */
export function gapOfMember(ledger: Ledger, pass: ReadBackPass, isUnwell: boolean): Gap {
  if (pass === "after-convergence") return isUnwell ? "member-unwell" : "unexplained";
  const restart = gapOfRestart(ledger);
  return restart === "restart-not-survived" && !isUnwell ? "unexplained" : restart;
}

/** A span of the run's clock, both ends in it. */
export interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
}

/**
 * Whether a node took no write in a span: of all probes through it that were sent in it, or so shortly before that their answers
 * came in it, there were some of which anybody knows, and not one of these was acknowledged.
 */
export function tookNoWrite({ entries, header }: Ledger, node: string, { fromMs, untilMs }: Span): boolean {
  const sinceMs = fromMs - longestWaitMs(header.plan.serviceProbe);
  let failed = false;
  for (const one of entries) {
    if (one.kind !== "service-probe" || one.node !== node) continue;
    if (one.sentAtMs < sinceMs || one.sentAtMs > untilMs || one.ok === null) continue;
    if (one.ok) return false;
    failed = true;
  }
  return failed;
}

/** From one probe's sending until the next one's has been answered or given up, at the most. */
function longestWaitMs({ periodMs, timeoutMs }: GridPlan): number {
  return periodMs + timeoutMs;
}

/** Whether a node's member told its revision in a span, and each time one below this. */
export function stayedBehind(ledger: Ledger, node: string, revision: string, span: Span): boolean {
  const told = toldRevisions(ledger, node, span);
  return told.length > 0 && told.every((one) => one < BigInt(revision));
}

/** Whether a node's member told in a span that it has come to this revision. */
export function cameTo(ledger: Ledger, node: string, revision: string, span: Span): boolean {
  return toldRevisions(ledger, node, span).some((one) => one >= BigInt(revision));
}

function toldRevisions({ entries }: Ledger, node: string, { fromMs, untilMs }: Span): readonly bigint[] {
  return entries.flatMap((one) =>
    one.kind === "cluster-probe" && one.atMs >= fromMs && one.atMs <= untilMs
      ? one.views.flatMap((view) => (view.node === node && view.revision !== null ? [BigInt(view.revision)] : []))
      : [],
  );
}
