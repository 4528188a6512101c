/**
 * THE rule by which a disaster counts as detected, as an incremental fold. The drill waits by it while it runs, and the judge
 * applies it to the ledger afterwards: an alert that it does not find there was raised by somebody who knew more.
 */
import { formatMs } from "../core/index.ts";
import type { JudgementPlan, LedgerEntry } from "../ledger/index.ts";
import { startingNodes, type NodePlace } from "./member-nodes.ts";
import { steadyTracker, type SteadyPlan } from "./steady.ts";

/** What of the plan says when there is an alert. */
export type AlertPlan = SteadyPlan & Pick<JudgementPlan, "detection">;

/** Takes entries in the order of the ledger; entries of other kinds are welcome. */
export interface AlertRule {
  observe(entry: LedgerEntry): void;
  /** When it fired first: the time of the entry that completed it; null while it has not. */
  firedAtMs(): number | null;
  /** The rule in words, for the record. */
  readonly words: string;
}

/** The rule of the plan for these nodes, from an instant on: what was asked of the cluster before it is no evidence. */
export function alertRule(
  plan: AlertPlan,
  places: readonly NodePlace[],
  { notBeforeMs }: { readonly notBeforeMs: number },
): AlertRule {
  const { detection } = plan;
  switch (detection.kind) {
    case "none":
      return { observe: () => undefined, firedAtMs: () => null, words: detection.because };
    case "no-member-serves":
      return firesWhen(`no member acknowledged a write for ${formatMs(detection.unavailableForMs)}`, {
        forMs: detection.unavailableForMs,
        wrongSince: outage(notBeforeMs),
      });
    case "not-steady":
      return firesWhen(`the cluster was seen not to be steady for ${formatMs(detection.unavailableForMs)}`, {
        forMs: detection.unavailableForMs,
        wrongSince: unsteadiness(plan, places, notBeforeMs),
      });
  }
}

interface Condition {
  readonly forMs: number;
  /** Takes an entry; since when things are wrong without a break, null when they are not, undefined when it tells nothing. */
  readonly wrongSince: (entry: LedgerEntry) => number | null | undefined;
}

function firesWhen(words: string, { forMs, wrongSince }: Condition): AlertRule {
  let firedAtMs: number | null = null;
  return {
    words,
    observe: (entry) => {
      const sinceMs = wrongSince(entry);
      if (sinceMs === null || sinceMs === undefined) return;
      if (entry.atMs - sinceMs >= forMs) firedAtMs ??= entry.atMs;
    },
    firedAtMs: () => firedAtMs,
  };
}

/** No member serves since the last probe that was acknowledged. */
function outage(notBeforeMs: number): Condition["wrongSince"] {
  let servedAtMs = notBeforeMs;
  return (entry) => {
    // A probe of which nobody knows is no sign of an outage.
    if (entry.kind !== "service-probe" || entry.ok === null) return undefined;
    if (entry.ok) servedAtMs = Math.max(servedAtMs, entry.atMs);
    return servedAtMs;
  };
}

/**
 * The steady-state rule says what is wrong: some stream's last probe was bad. Counted from when that was heard. A stream
 * that fell silent, or leaves something open, is not known to be wrong, and raises no alert.
 */
function unsteadiness(plan: AlertPlan, places: readonly NodePlace[], notBeforeMs: number): Condition["wrongSince"] {
  // Whoever is alerted knows the members of before, and not those that the page will have made.
  const steadyState = { voters: startingNodes(places).length };
  const tracker = steadyTracker({ ...plan, steadyState }, places, { notBeforeMs });
  let sinceMs: number | null = null;
  return (entry) => {
    tracker.observe(entry);
    if (entry.kind !== "service-probe" && entry.kind !== "cluster-probe") return undefined;
    if (tracker.wrongAtEnd(entry.atMs).standing.length === 0) sinceMs = null;
    else sinceMs ??= entry.atMs;
    return sinceMs;
  };
}
