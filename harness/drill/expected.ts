/** What a scenario declares about the outcome, and the drill that its corrected page makes. */
import type { ExpectedFailurePlan, PageKind } from "../ledger/index.ts";
import type { Drill } from "./drill.ts";

/** The outcome that a drill must come to: a pass, unless the page as written is known to fail. */
export type Expected = { readonly kind: "passed" } | ExpectedFailure;

/** A page that fails as written, and what makes it pass. */
export interface ExpectedFailure extends Omit<ExpectedFailurePlan, "alsoPossible" | "stopsAt"> {
  /** As in the plan; none when it is left out. */
  readonly alsoPossible?: ExpectedFailurePlan["alsoPossible"];
  /** As in the plan; left out where `every-step-ran` is neither declared nor possible, and nowhere else. */
  readonly stopsAt?: readonly string[];
  readonly corrected: Corrected;
}

/** The corrected page, and what else differs with it. The disaster and the system do not. */
export type Corrected = { readonly runbook: string } & Partial<
  Omit<Drill, "id" | "case" | "system" | "fault" | "expected" | "runbook">
>;

/** Which of a drill's own pages is wanted: the one that the drill is about, or the one that must pass. */
export type WantedPage = "as-written" | "that-must-pass";

/** The page of a run. `isGiven`: another page was named on the command line. */
export function pageOf({ expected }: Drill, wanted: WantedPage, isGiven: boolean): PageKind {
  if (isGiven) return "given";
  return wanted === "that-must-pass" && expected.kind === "failed" ? "corrected" : "as-written";
}

/** The drill with this page. With a corrected or a given one it must pass, and is judged by what the corrected page promises. */
export function drillWithPage(drill: Drill, page: PageKind): Drill {
  if (page === "as-written" || drill.expected.kind === "passed") return drill;
  return { ...drill, ...drill.expected.corrected, expected: { kind: "passed" } };
}
