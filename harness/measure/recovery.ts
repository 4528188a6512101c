/**
 * From a ledger to the marks of the run's clock and to the recovery time, an interval. Pure.
 * Not its business: whether that is good enough (integrity/).
 */
import type { FaultEntry, Ledger, LedgerEntry } from "../ledger/index.ts";
import { firstFailureAtMs, firstServiceAtMs } from "./service-marks.ts";
import { microseconds, recoveryParts, type RecoveryPart } from "./parts.ts";
import { nodePlaces } from "./member-nodes.ts";
import { steadyTracker, type SteadyStatus, type SteadyTracker, type WrongAtEnd } from "./steady.ts";
import type { Timeline } from "./timeline.ts";

/** An interval that holds the recovery time: [last seen down, first seen up], from injection. */
export interface RecoveryTime {
  /** Null when nothing was injected. */
  readonly low: number | null;
  /** Null when it never converged while it was watched. */
  readonly high: number | null;
  /** True when it never converged: then it is longer than `low`. */
  readonly censored: boolean;
}

/** Everything about time that a ledger says. */
export interface Recovery {
  readonly timeline: Timeline;
  readonly recoveryTimeMs: RecoveryTime;
  /** The parts of the recovery time in order; their sum is `recoveryTimeMs.high`. Empty when there is no recovery. */
  readonly parts: readonly RecoveryPart[];
  readonly relapses: number;
  /** How steady state stood when the wait for it ended; null when nothing was injected. */
  readonly status: SteadyStatus | null;
  /** What was seen to be wrong when the wait ended; null when nothing was injected. */
  readonly wrongAtEnd: WrongAtEnd | null;
  /** What is watched: entries after the injection and before the read-back, in the ledger's order. */
  readonly watched: readonly LedgerEntry[];
  /** Whether the wait for convergence was ended by the drill, not by the end of the record. */
  readonly waitEnded: boolean;
  /** How long it was watched for convergence, from the injection on; null when nothing was injected. */
  readonly watchedForMs: number | null;
}

/** The names of the nodes, in the order in which they were made. */
export function nodeNames(entries: readonly LedgerEntry[]): readonly string[] {
  return [...new Set(entries.filter((entry) => entry.kind === "node").map((entry) => entry.node))];
}

/** Measures the recovery that a ledger records. */
export function measureRecovery(ledger: Ledger): Recovery {
  const { entries } = ledger;
  const injectedIndex = entries.findIndex(isInjecting);
  const injection = entries[injectedIndex];
  const injectedAtMs = injection?.atMs ?? null;
  const endIndex = entries.findIndex((entry, index) => index > injectedIndex && endsTheWait(entry));
  const watched = injection === undefined ? [] : entries.slice(injectedIndex + 1, endIndex < 0 ? undefined : endIndex);
  const tracker = injectedAtMs === null ? null : observed(ledger, watched, injectedAtMs);
  const status = tracker?.status() ?? null;
  const waitEndedAtMs = (entries[endIndex] ?? entries.at(-1))?.atMs ?? 0;

  const runbook = (event: "started" | "ended"): number | null =>
    entries.find((entry) => entry.kind === "runbook" && entry.part === "recovery" && entry.event === event)?.atMs ??
    null;
  const runbookStartedAtMs = runbook("started");
  const runbookEndedAtMs = runbook("ended");
  // While the page may still act, nothing is steady "again" (convergence, docs/glossary.md).
  const pageIsOver = runbookStartedAtMs === null || runbookEndedAtMs !== null;
  const since = status?.holdComplete === true && pageIsOver && !isBeingLifted(watched) ? status.since : null;

  const timeline: Timeline = {
    injectedAtMs,
    firstFailureAtMs: injectedAtMs === null ? null : firstFailureAtMs(watched, injectedAtMs, nodePlaces(entries)),
    detectedAtMs: watched.find((entry) => entry.kind === "detection")?.atMs ?? null,
    faultEndedAtMs: watched.findLast((entry) => entry.kind === "fault" && entry.event === "lifted")?.atMs ?? null,
    runbookStartedAtMs,
    runbookEndedAtMs,
    firstServiceAtMs:
      injectedAtMs === null ? null : firstServiceAtMs(entries, watched, injectedAtMs, ledger.header.plan.serviceProbe),
    steadyAgainSinceMs: since?.highMs ?? null,
  };
  return {
    timeline,
    recoveryTimeMs: recoveryTime(injectedAtMs, since, status),
    parts: recoveryParts(timeline, entries),
    relapses: status?.relapses ?? 0,
    status,
    wrongAtEnd: tracker?.wrongAtEnd(waitEndedAtMs) ?? null,
    watched,
    watchedForMs: injectedAtMs === null ? null : waitEndedAtMs - injectedAtMs,
    waitEnded: injectedIndex >= 0 && endIndex >= 0 && !isTeardown(entries[endIndex]),
  };
}

/** Whether this entry announces the injection: its time is the instant from which recovery is measured. */
export function isInjecting(entry: LedgerEntry): entry is FaultEntry {
  return entry.kind === "fault" && entry.event === "injecting";
}

/** Whether the fault was begun to be ended and its end is not on record: it may act yet. */
function isBeingLifted(watched: readonly LedgerEntry[]): boolean {
  return watched.findLast((entry): entry is FaultEntry => entry.kind === "fault")?.event === "lifting";
}

/** A teardown that comes before the read-back ends a drill that was cut short: nothing was decided by then. */
function isTeardown(entry: LedgerEntry | undefined): boolean {
  return entry?.kind === "phase" && entry.phase === "teardown";
}

/** The phases that follow the wait for convergence. */
export function endsTheWait(entry: LedgerEntry): boolean {
  return entry.kind === "phase" && ["read-back", "rolling-restart", "teardown"].includes(entry.phase);
}

function observed(ledger: Ledger, watched: readonly LedgerEntry[], injectedAtMs: number): SteadyTracker {
  const tracker = steadyTracker(ledger.header.plan, nodePlaces(ledger.entries), { notBeforeMs: injectedAtMs });
  for (const entry of watched) tracker.observe(entry);
  return tracker;
}

function recoveryTime(
  injectedAtMs: number | null,
  since: { readonly lowMs: number; readonly highMs: number } | null,
  status: SteadyStatus | null,
): RecoveryTime {
  if (injectedAtMs === null || status === null) return { low: null, high: null, censored: false };
  const sinceInjection = (ms: number): number => microseconds(ms - injectedAtMs) / 1000;
  if (since !== null) return { low: sinceInjection(since.lowMs), high: sinceInjection(since.highMs), censored: false };
  // Only what was seen is claimed: it was last seen not to be steady by the probe that was sent then.
  return { low: sinceInjection(status.notSteadyBeforeMs), high: null, censored: true };
}
