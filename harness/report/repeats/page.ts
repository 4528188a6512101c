/** `report.html` of a set of repeats: the verdict, every run, and what they show together. */
import type { Element } from "hast";
import { h } from "hastscript";
import type { RepeatedRun, RepeatsResult } from "../../integrity/index.ts";
import { drawChart } from "../html/chart.ts";
import { renderDocument } from "../html/document.ts";
import { note, outcomeChip, section, table, type Cell } from "../html/parts.ts";
import { secondsNumber } from "../numbers.ts";
import { MACHINE_TIME } from "../words.ts";
import { everyRun, lastsLonger } from "./charts.ts";
import {
  ASSUMPTION,
  boundsOf,
  countsOf,
  estimateOf,
  lossesOf,
  lostOf,
  objectiveOf,
  outcomesOf,
  percentUp,
  SAYS,
  SET_MEANING,
  sureness,
  timeOf,
  VERDICT,
  whatRan,
} from "./words.ts";

/** The whole document. The same result gives the same bytes. */
export function renderRepeatsPage(result: RepeatsResult): string {
  return renderDocument({
    title: `${result.outcome.toUpperCase()}: ${result.title}, repeated (Drillbook)`,
    main: [verdictSection(result), timesSection(result), lossSection(result), runsSection(result)],
    footer:
      "Drillbook. Every number is from repeats.json, which is derived from set.ndjson and the ledgers of the runs alone. " +
      "The links lead to the runs' folders beside this one.",
  });
}

function verdictSection(result: RepeatsResult): Element {
  const { recoveryTime, loss } = result;
  const figures: readonly (readonly [label: string, value: string, extra: string])[] = [
    ["p95 of the recovery time", inBounds(result), "wide"],
    ["Objective", VERDICT[recoveryTime.verdict], recoveryTime.verdict === "missed" ? "bad" : ""],
    ["Runs", String(result.runs.length), ""],
    ["Passed", String(result.runs.filter(({ outcome }) => outcome === "passed").length), ""],
    [
      "Lost writes in",
      `${loss.withLoss} of ${loss.runs}${loss.unknown === 0 ? "" : `, ${loss.unknown} not known`}`,
      loss.withLoss > 0 ? "bad" : "",
    ],
  ];
  return h("header", { className: ["verdict", result.outcome] }, [
    h("p", { className: ["brand"] }, `Drillbook · ${result.drillId}, repeated · ${result.startedAt}`),
    h("h1", [h("span", { className: ["outcome"] }, result.outcome), " ", result.title]),
    h("p", { className: ["meaning"] }, `${SET_MEANING[result.outcome]} ${whatRan(result)}: ${outcomesOf(result)}.`),
    result.notes.length === 0
      ? null
      : h(
          "ul",
          { className: ["cautions"] },
          result.notes.map((one) => h("li", one)),
        ),
    h(
      "div",
      { className: ["figures"] },
      figures.map(([label, value, extra]) =>
        h("div", { className: `figure ${extra}`.trim().split(" ") }, [
          h("span", { className: ["figure-label"] }, label),
          h("span", { className: ["figure-value"] }, value),
        ]),
      ),
    ),
    h("p", `Objective: ${objectiveOf(result)}.`),
    note(`${sureness(result)} ${MACHINE_TIME}`),
  ]);
}

function inBounds({ recoveryTime: { p95 } }: RepeatsResult): string {
  const { atLeast, atMost } = boundsOf(p95);
  return p95.atMostMs === null ? `${atLeast} to unbounded` : `${atLeast} to ${atMost}`;
}

function timesSection(result: RepeatsResult): Element {
  const { median, p95, survival, objectiveMs } = result.recoveryTime;
  const limit = objectiveMs === null ? "" : " The line is the objective.";
  const rows = [["median", median] as const, ["p95", p95] as const].map(([name, quantile]) => {
    const { atLeast, atMost } = boundsOf(quantile);
    return [name, estimateOf(quantile), atLeast, atMost];
  });
  return section("times", "Recovery time", [
    table(["", "estimate", "at least", "at most"], rows, [1, 2, 3]),
    note(`${countsOf(result)}. ${ASSUMPTION}`),
    h("h3", "Every run"),
    result.runs.length === 0
      ? note("There is no run.")
      : drawChart(everyRun(result), {
          id: "every-run",
          description: "The recovery time of each run, in the order of the runs; the numbers are in the table of runs.",
          width: 1000,
          height: 300,
        }),
    note(
      `Each run's time is an interval, drawn from its low to its high end. A triangle is the low end of a run that was longer than watched; a diamond on the axis is a run of unknown time.${limit}`,
    ),
    h("h3", "How many recoveries last longer"),
    ...(survival.length === 0 ? [note("No recovery time was measured.")] : curve(result)),
  ]);
}

function curve(result: RepeatsResult): readonly Element[] {
  const { survival } = result.recoveryTime;
  return [
    drawChart(lastsLonger(result), {
      id: "lasts-longer",
      description: "Estimated share of recoveries that last longer than a time; the numbers are in the table below.",
      width: 1000,
      height: 300,
    }),
    note(
      "The Kaplan-Meier estimate from the high ends: runs that were longer than watched count as long as they were watched. The thin lines are its pointwise 95 % interval (Greenwood, log-log), which is approximate for few runs; no verdict rests on it.",
    ),
    h("details", [
      h("summary", "The numbers of the curve"),
      table(
        ["after s", "at risk", "recovered", "last longer", "from", "to"],
        survival.map((step) => [
          secondsNumber(step.atMs, "up"),
          String(step.atRisk),
          String(step.ended),
          step.share.toFixed(3),
          step.interval === null ? "not known" : step.interval.low.toFixed(3),
          step.interval === null ? "not known" : step.interval.high.toFixed(3),
        ]),
        [0, 1, 2, 3, 4, 5],
      ),
    ]),
  ];
}

function lossSection(result: RepeatsResult): Element {
  const { loss } = result;
  return section("losses", "Lost writes", [
    table(
      ["", "runs", "of", "at most of all runs"],
      [
        ["lost acknowledged writes", String(loss.withLoss), String(loss.runs), percentUp(loss.withLossShareAtMost)],
        [
          "lost more than the objective allows",
          String(loss.beyondObjective),
          String(loss.runs),
          percentUp(loss.beyondObjectiveShareAtMost),
        ],
        ["not known", String(loss.unknown), String(loss.runs), "counted as losses above"],
      ],
      [1, 2, 3],
    ),
    note(
      `${lossesOf(result)}. Any loss beyond the objective fails its run, and so the set; the bounds say how little is proven by not having seen one.`,
    ),
  ]);
}

function runsSection(result: RepeatsResult): Element {
  return section("runs", "Runs", [
    table(["run", "seed", "outcome", "recovery time", "", "lost", "report"], result.runs.map(row), [0, 1, 5]),
  ]);
}

function row(run: RepeatedRun): readonly Cell[] {
  return [
    String(run.index),
    String(run.seed),
    outcomeChip(run.outcome),
    timeOf(run),
    run.why === null ? SAYS[run.says] : `${SAYS[run.says]}: ${run.why}`,
    lostOf(run),
    // The name was checked when the record was read: letters, digits and dashes only.
    run.runId === null ? "none" : h("a", { href: `../${run.runId}/report.html` }, run.runId),
  ];
}
