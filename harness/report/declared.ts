/** How a declared failure is put into words, the same in every report of one run. */
import type { Outcome } from "../core/index.ts";
import type { DrillResult, Finding } from "../integrity/index.ts";
import { sentence } from "./words.ts";

/** What the reader must know of the page that was followed: that it is declared to fail, or that it is not the one as written. Null: neither. */
export function declaredNote({ declared, page }: DrillResult): string | null {
  if (declared === null) {
    return page === "corrected" ? "The corrected page was followed, not the page as written." : null;
  }
  const { asDeclared, because, story, why } = declared;
  const told = `${sentence(because)} The story: docs/findings.md, “${story}”.`;
  switch (asDeclared) {
    case true:
      return `It failed as declared. ${why.join(" ")} ${told}`;
    case false:
      return `It did not come out as declared. ${why.join(" ")} Declared: ${told}`;
    case null:
      return `It is not decided whether it failed as declared. ${why.join(" ")} Declared: ${told}`;
  }
}

/** The outcome in one word, or three. */
export function outcomeWord({ declared, outcome }: DrillResult): string {
  return declared?.asDeclared === true ? `${outcome}, as declared` : outcome;
}

/**
 * The outcome that a machine is told of one finding, or of the whole run: what came out as declared is neither green nor red in a report of
 * this run alone. The verdict over both pages has a report of its own.
 */
export function toldOutcome({ declared }: DrillResult, one: Pick<Finding, "outcome">): Outcome | "skipped" {
  return declared?.asDeclared === true && one.outcome !== "passed" ? "skipped" : one.outcome;
}
