/** What a drill is declared to come to, and with which page, as data in the plan (law 1). */
import type { CheckId } from "./plan.ts";

/**
 * The page that a run follows.
 *
 * - `as-written`: the drill's own.
 * - `corrected`: what the scenario gives beside a page that is declared to fail.
 * - `given`: another one, named on the command line. It is judged as one that must pass.
 */
export const PAGES = ["as-written", "corrected", "given"] as const;
export type PageKind = (typeof PAGES)[number];

/** What must come of the run. A page that does not do what it promises is kept with its true outcome declared. */
export type ExpectedPlan = { readonly kind: "passed" } | ExpectedFailurePlan;

/** Whether a page of which this is declared may stop before its end, so that it must be said where. */
export function mayStop({ alsoPossible, findings }: Pick<ExpectedFailurePlan, "alsoPossible" | "findings">): boolean {
  return [...findings, ...alsoPossible].includes("every-step-ran");
}

/** The page fails, and it is known how. */
export interface ExpectedFailurePlan {
  readonly kind: "failed";
  /** Each of these checks fails. Not empty. */
  readonly findings: readonly CheckId[];
  /** These may fail too, where the same defect shows in them by chance (few writes are hit, say); no other check does. */
  readonly alsoPossible: readonly CheckId[];
  /**
   * The steps at one of which the page stops, where it stops. Not empty where `every-step-ran` is among the findings, or possible;
   * else null: the page is followed to its end.
   */
  readonly stopsAt: readonly string[] | null;
  /** Why, in one sentence. */
  readonly because: string;
  /** The heading in docs/findings.md under which the story is told. */
  readonly story: string;
}
