/** The steady-state rule on other stretches of a drill: before the fault, during a wait that must be in vain, after the rolling restart. Pure. */
import type { Ledger } from "../ledger/index.ts";
import { nodePlaces, startingNodes } from "./member-nodes.ts";
import { endsTheWait, isInjecting } from "./recovery.ts";
import { steadyTracker, type SteadyPlan, type SteadyStatus, type WrongAtEnd } from "./steady.ts";

/** Steady state on one stretch of the record. */
export interface SteadyWindow {
  /** How it stood at the end of the stretch. */
  readonly status: SteadyStatus;
  /** Whether a whole hold was completed at any time within it. */
  readonly heldOnce: boolean;
  /** What was seen to be wrong at its end. */
  readonly wrongAtEnd: WrongAtEnd;
}

/** From the first probe to the injection (to the end of the record when nothing was injected). */
export function steadyBeforeFault(ledger: Ledger): SteadyWindow {
  const index = ledger.entries.findIndex(isInjecting);
  const endIndex = index < 0 ? ledger.entries.length : index;
  // The members that the page promises may be others than those of the start.
  const voters = startingNodes(nodePlaces(ledger.entries)).length;
  return fold(ledger, endIndex, 0, {
    ...ledger.header.plan,
    steadyState: { ...ledger.header.plan.steadyState, voters },
  });
}

/**
 * From the injection until the wait for convergence was over: what a control asks whose cluster must not come back. Null when
 * nothing was injected.
 */
export function steadyWhileWaiting(ledger: Ledger): SteadyWindow | null {
  const index = ledger.entries.findIndex(isInjecting);
  const injection = ledger.entries[index];
  if (injection === undefined) return null;
  const end = ledger.entries.findIndex((entry, at) => at > index && endsTheWait(entry));
  return fold(ledger, end < 0 ? ledger.entries.length : end, injection.atMs);
}

const afterRestart = new WeakMap<Ledger, SteadyWindow | null>();

/**
 * From the last restart of a member until the drill says how it ended. Null when no member was restarted, or the drill
 * did not say. Folded once for a ledger: many checks ask.
 */
export function steadyAfterRestart(ledger: Ledger): SteadyWindow | null {
  const known = afterRestart.get(ledger);
  if (known !== undefined) return known;
  const lastRestart = ledger.entries.findLast((entry) => entry.kind === "restart" && entry.event === "restarted");
  const end = ledger.entries.findLastIndex(
    (entry) => entry.kind === "restart" && (entry.event === "steady-again" || entry.event === "not-steady"),
  );
  const window = lastRestart === undefined || end < 0 ? null : fold(ledger, end, lastRestart.atMs);
  afterRestart.set(ledger, window);
  return window;
}

/** The entries before the one that ends the stretch. */
function fold(
  ledger: Ledger,
  endIndex: number,
  notBeforeMs: number,
  plan: SteadyPlan = ledger.header.plan,
): SteadyWindow {
  const entries = ledger.entries.slice(0, endIndex);
  const endMs = (ledger.entries[endIndex] ?? entries.at(-1))?.atMs ?? notBeforeMs;
  const tracker = steadyTracker(plan, nodePlaces(ledger.entries), { notBeforeMs });
  let heldOnce = false;
  for (const entry of entries) {
    tracker.observe(entry);
    // Asked on the slow grid only: a hold that is broken again before the next look at the cluster is not counted.
    if (!heldOnce && entry.kind === "cluster-probe") heldOnce = tracker.status().holdComplete;
  }
  return {
    status: tracker.status(),
    heldOnce: heldOnce || tracker.status().holdComplete,
    wrongAtEnd: tracker.wrongAtEnd(endMs),
  };
}
