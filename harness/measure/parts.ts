/** The recovery time in parts that add up to it, exactly: everything here is whole microseconds, since floats do not add up. */
import type { LedgerEntry, StepEntry } from "../ledger/index.ts";
import type { Timeline } from "./timeline.ts";

/** A part of the recovery time. */
export interface RecoveryPart {
  readonly part: "visible-after" | "detection" | "reaction" | "runbook" | "until-fault-ends" | "settling";
  readonly durationMs: number;
  /** What of the runbook's part each of its steps took, and the time between them, adding up to it; empty for other parts. */
  readonly steps: readonly StepPart[];
}

/** What one step took of the runbook's part, or (id null) what lay before, between and after the steps. */
export interface StepPart {
  readonly id: string | null;
  /** The line of the page; null with the id. */
  readonly line: number | null;
  readonly durationMs: number;
}

/** A time in whole microseconds: the finest that the run's clock tells. */
export function microseconds(ms: number): number {
  return Math.round(ms * 1000);
}

/**
 * Splits the time from injection to steady-again at the marks between them; empty when one of the two is missing.
 *
 * Each mark is kept between the one before it and steady-again, so that no part is negative and the sum is the whole. A
 * mark that is missing ends no part: its part is left out, and its time belongs to the next part that has an end. The
 * hold can begin before the page's last look is over; then the runbook's part ends there and settling is 0. Where nobody
 * follows a page, the end of a fault that ends by itself is a mark too: settling is then the time of healing.
 */
export function recoveryParts(timeline: Timeline, entries: readonly LedgerEntry[] = []): readonly RecoveryPart[] {
  const { injectedAtMs, steadyAgainSinceMs } = timeline;
  if (injectedAtMs === null || steadyAgainSinceMs === null) return [];
  const wholeUs = microseconds(steadyAgainSinceMs - injectedAtMs);
  const sinceInjectionUs = (ms: number): number => Math.min(microseconds(ms - injectedAtMs), wholeUs);
  const ends: readonly (readonly [RecoveryPart["part"], number | null])[] = [
    ["visible-after", timeline.firstFailureAtMs],
    ["detection", timeline.detectedAtMs],
    ["reaction", timeline.runbookStartedAtMs],
    ["runbook", timeline.runbookEndedAtMs],
    ["until-fault-ends", timeline.runbookStartedAtMs === null ? timeline.faultEndedAtMs : null],
    ["settling", steadyAgainSinceMs],
  ];
  const parts: RecoveryPart[] = [];
  let fromUs = 0;
  for (const [part, endMs] of ends) {
    if (endMs === null) continue;
    const untilUs = Math.max(sinceInjectionUs(endMs), fromUs);
    const steps = part === "runbook" ? stepParts(entries, { fromUs, untilUs, sinceInjectionUs }) : [];
    parts.push({ part, durationMs: (untilUs - fromUs) / 1000, steps });
    fromUs = untilUs;
  }
  return parts;
}

/** Each step that ran, cut to the span and to what the step before it left; last, when any ran, the rest of the span. */
function stepParts(
  entries: readonly LedgerEntry[],
  span: {
    readonly fromUs: number;
    readonly untilUs: number;
    readonly sinceInjectionUs: (ms: number) => number;
  },
): readonly StepPart[] {
  // What was prepared before the disaster is no part of the recovery.
  const ran = entries.filter(
    (entry): entry is StepEntry => entry.kind === "step" && entry.part === "recovery" && entry.startMs !== null,
  );
  let coveredUs = span.fromUs;
  let restUs = span.untilUs - span.fromUs;
  const steps = ran
    .toSorted((a, b) => (a.startMs ?? 0) - (b.startMs ?? 0))
    .map(({ atMs, endMs, id, line, startMs }): StepPart => {
      const beginUs = Math.max(span.sinceInjectionUs(startMs ?? atMs), coveredUs);
      const endUs = Math.max(beginUs, Math.min(span.sinceInjectionUs(endMs ?? atMs), span.untilUs));
      const tookUs = Math.max(0, Math.min(endUs, span.untilUs) - Math.min(beginUs, span.untilUs));
      coveredUs = Math.max(coveredUs, endUs);
      restUs -= tookUs;
      return { id, line, durationMs: tookUs / 1000 };
    });
  return steps.length === 0 ? [] : [...steps, { id: null, line: null, durationMs: restUs / 1000 }];
}
