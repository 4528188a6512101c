/** The short verdict over a set of repeats, for a terminal. */
import type { RepeatsResult } from "../../integrity/index.ts";
import { labelled, painted, shown, type VerdictOptions } from "../verdict.ts";
import { visibleLine } from "../visible.ts";
import { MACHINE_TIME } from "../words.ts";
import {
  betweenBounds,
  countsOf,
  estimateOf,
  lossesOf,
  objectiveOf,
  outcomesOf,
  SAYS,
  sureness,
  timeOf,
  whatRan,
} from "./words.ts";

/** Runs named one by one: those that did not pass; the rest is counted. */
const RUNS_SHOWN = 6;

/** The verdict, ending in a line end. */
export function renderRepeatsVerdict(result: RepeatsResult, options: VerdictOptions): string {
  const { median, p95 } = result.recoveryTime;
  const odd = result.runs.filter(({ outcome }) => outcome !== "passed");
  const lines = [
    `${painted(result.outcome, result.outcome.toUpperCase(), options)}  ${shown(result.title)} (${shown(result.drillId)}), ${whatRan(result)}`,
    ...result.notes.map((one) => `  ${shown(one)}`),
    labelled("runs", outcomesOf(result)),
    labelled("recovery time", `${countsOf(result)}. ${MACHINE_TIME}`),
    ...[
      { name: "median", quantile: median },
      { name: "p95", quantile: p95 },
    ].map(({ name, quantile }) => labelled("", `${name}: ${estimateOf(quantile)}; ${betweenBounds(quantile)}`)),
    labelled("", sureness(result)),
    labelled("objective", objectiveOf(result)),
    labelled("losses", lossesOf(result)),
    ...odd
      .slice(0, RUNS_SHOWN)
      .map(
        (run) =>
          `  ${painted(run.outcome, run.outcome, options)} run ${run.index}, seed ${run.seed}: recovery time ${timeOf(run)} (${SAYS[run.says]}${run.why === null ? "" : `: ${shown(run.why)}`})`,
      ),
    ...(odd.length > RUNS_SHOWN ? [`  and ${odd.length - RUNS_SHOWN} more, in the report`] : []),
    labelled("report", options.reportFile === null ? "none is there" : visibleLine(options.reportFile)),
  ];
  return `${lines.join("\n")}\n`;
}
