/** What a check is: a named, pure judgement of the evidence. */
import type { CheckId, CheckPlan } from "../ledger/index.ts";
import type { Evidence } from "./evidence.ts";
import type { Gap, OpenPoint } from "./gaps.ts";
import type { Finding } from "./result.ts";

/** What a check found, without its id; and of an undecided one what keeps it so, where that is all that does. */
export type Judged = Omit<Finding, "checkId"> & { readonly gaps?: readonly Gap[] };

/** The plan of the check with this id. */
export type PlanOf<K extends CheckId> = Extract<CheckPlan, { readonly id: K }>;

/** What an invariant rests on, so that a reader need not take our word for it. */
export interface Source {
  /** Address of a public document or issue; for what only concerns the harness's own honesty, a page of this project. */
  readonly address: string;
  /** The fact found there, in our own words. */
  readonly fact: string;
}

/** One check. Without data it is inconclusive, never passed (law 4). */
export interface Check<K extends CheckId> {
  readonly id: K;
  readonly title: string;
  /** What a pass of it proves, in one sentence. */
  readonly proves: string;
  /** Why this must hold. */
  readonly source: Source;
  judge(evidence: Evidence, plan: PlanOf<K>): Judged;
}

/** The evidence is there and it is good. */
export function passed(summary: string): Judged {
  return { outcome: "passed", summary, details: [] };
}

/** A violation is proven. */
export function failed(summary: string, details: readonly string[] = []): Judged {
  return { outcome: "failed", summary, details: capped(details) };
}

/** The harness or its environment failed. */
export function broken(summary: string, details: readonly string[] = []): Judged {
  return { outcome: "broken", summary, details: capped(details) };
}

/**
 * Not enough evidence.
 * @param gaps what keeps it undecided, all of it; none where that is anything else than data which the cluster did not give.
 */
export function inconclusive(summary: string, details: readonly string[] = [], gaps: readonly Gap[] = []): Judged {
  const judged = { outcome: "inconclusive", summary, details: capped(details) } as const;
  return gaps.length === 0 ? judged : { ...judged, gaps };
}

/** Not enough evidence, for these points and nothing else. */
export function inconclusiveAt(summary: string, points: readonly OpenPoint[]): Judged {
  return inconclusive(
    summary,
    points.map(({ what }) => what),
    points.map(({ gap }) => gap),
  );
}

/** Details that one finding lists. A report with a hundred thousand keys in it helps nobody; lost-keys.txt has them all. */
const MOST_DETAILS = 50;

function capped(details: readonly string[]): readonly string[] {
  if (details.length <= MOST_DETAILS) return details;
  return [
    ...details.slice(0, MOST_DETAILS),
    `and ${details.length - MOST_DETAILS} more (lost keys are all in lost-keys.txt)`,
  ];
}
