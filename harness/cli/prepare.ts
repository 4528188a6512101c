/** Reads all that a drill needs before anything is started: its scenario and its page. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DrillError, messageOf } from "../core/index.ts";
import { controlPlan, drillName, drillWithPage, pageOf, type Drill } from "../drill/index.ts";
import type { PageKind } from "../ledger/index.ts";
import { formatProblem, parseRunbook, unknownChoices, type Runbook } from "../runbook/index.ts";
import { shownPath } from "./catalogue.ts";
import { loadDrill } from "./load-scenario.ts";
import type { Assignment } from "./messages.ts";

/** What is to be drilled. */
export interface Prepared {
  /** As the page that is followed makes it. */
  readonly drill: Drill;
  readonly page: PageKind;
  /** Null: nobody acts. */
  readonly runbook: Runbook | null;
}

/**
 * The drill of an assignment and the page to follow; null where nobody acts.
 * @throws SeveralCases when the assignment names a scenario of several drills.
 * @throws DrillError `harness` for a scenario that cannot be loaded; `usage` for a control that is not applicable, and for a page that cannot be read or followed as it
 * stands, with the place of each problem and what would put it right.
 */
export async function prepare(assignment: Assignment): Promise<Prepared> {
  const declared = await loadDrill({ id: assignment.drillId, file: assignment.drillFile });
  const page = pageOf(declared, assignment.page, assignment.runbookFile !== null);
  const drill = drillWithPage(declared, page);
  controlPlan(drill, assignment.control, assignment.observed);
  if (drill.runbook === null) {
    if (assignment.runbookFile === null) return { drill, page, runbook: null };
    throw new DrillError(
      "usage",
      "read runbook",
      `${drillName(drill)} heals by itself: there is no page that --runbook could stand for.`,
    );
  }
  const file = assignment.runbookFile ?? join(dirname(assignment.drillFile), drill.runbook);
  const shown = shownPath(file, process.cwd());
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new DrillError("usage", "read runbook", `The page ${shown} cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
  const runbook = parseRunbook(text, shown);
  const wrong = [...runbook.problems, ...unknownChoices(runbook, drill.choices ?? null)];
  if (wrong.length > 0) {
    const problems = wrong.map(formatProblem).join("\n");
    throw new DrillError(
      "usage",
      "read runbook",
      `The page cannot be followed as it stands; nothing was started.\n${problems}`,
    );
  }
  return { drill, page, runbook };
}
