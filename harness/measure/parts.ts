/** The recovery time in parts that add up to it. */
import type { Timeline } from "./timeline.ts";

/** A part of the recovery time. */
export interface RecoveryPart {
  readonly part: "visible-after" | "detection" | "reaction" | "runbook" | "settling";
  readonly durationMs: number;
}

/**
 * Splits the time from injection to steady-again at the marks between them; empty when one of the two is missing.
 *
 * Each mark is kept between the one before it and steady-again, so that no part is negative and the sum is the whole. A
 * mark that is missing ends no part: its part is left out, and its time belongs to the next part that has an end. The
 * hold can begin before the page's last look is over; then the runbook's part ends there and settling is 0.
 */
export function recoveryParts(timeline: Timeline): readonly RecoveryPart[] {
  const { injectedAtMs, steadyAgainSinceMs } = timeline;
  if (injectedAtMs === null || steadyAgainSinceMs === null) return [];
  const ends: readonly (readonly [RecoveryPart["part"], number | null])[] = [
    ["visible-after", timeline.firstFailureAtMs],
    ["detection", timeline.detectedAtMs],
    ["reaction", timeline.runbookStartedAtMs],
    ["runbook", timeline.runbookEndedAtMs],
    ["settling", steadyAgainSinceMs],
  ];
  const parts: RecoveryPart[] = [];
  let fromMs = injectedAtMs;
  for (const [part, endMs] of ends) {
    if (endMs === null) continue;
    const untilMs = Math.min(Math.max(endMs, fromMs), steadyAgainSinceMs);
    parts.push({ part, durationMs: untilMs - fromMs });
    fromMs = untilMs;
  }
  return parts;
}
