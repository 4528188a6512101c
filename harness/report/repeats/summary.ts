/** `summary.md` of a set of repeats. Everything from outside is escaped. */
import type { RepeatsResult } from "../../integrity/index.ts";
import { escaped, table } from "../summary.ts";
import { MACHINE_TIME } from "../words.ts";
import {
  ASSUMPTION,
  boundsOf,
  countsOf,
  estimateOf,
  lossesOf,
  lostOf,
  objectiveOf,
  outcomesOf,
  SAYS,
  SET_MEANING,
  sureness,
  timeOf,
  whatRan,
} from "./words.ts";

/** The summary in GitHub-flavoured Markdown. */
export function renderRepeatsSummary(result: RepeatsResult): string {
  const { median, p95 } = result.recoveryTime;
  return [
    `## ${escaped(result.title)}, repeated: ${result.outcome}`,
    "",
    `${SET_MEANING[result.outcome]} ${escaped(whatRan(result))}: ${escaped(outcomesOf(result))}.`,
    "",
    ...result.notes.flatMap((one) => [`> ${escaped(one)}`, ""]),
    `**Objective:** ${escaped(objectiveOf(result))}.  `,
    `**Losses:** ${escaped(lossesOf(result))}.`,
    "",
    ...table(
      ["recovery time", "estimate", "at least", "at most"],
      [["median", median] as const, ["p95", p95] as const].map(([name, quantile]) => {
        const { atLeast, atMost } = boundsOf(quantile);
        return [name, estimateOf(quantile), atLeast, atMost];
      }),
    ),
    "",
    escaped(`${countsOf(result)}. ${sureness(result)}`),
    "",
    escaped(`${ASSUMPTION} ${MACHINE_TIME}`),
    "",
    ...table(
      ["run", "seed", "outcome", "recovery time", "", "lost", "name"],
      result.runs.map((run) => [
        String(run.index),
        String(run.seed),
        run.outcome,
        timeOf(run),
        run.why === null ? SAYS[run.says] : `${SAYS[run.says]}: ${run.why}`,
        lostOf(run),
        run.runId ?? "none",
      ]),
    ),
    "",
  ].join("\n");
}
