/** `report.html` of several drills: the verdict, a line a drill, and how the time was spent. */
import type { Element } from "hast";
import { h } from "hastscript";
import type { SuiteResult } from "../../integrity/index.ts";
import { renderDocument } from "../html/document.ts";
import { note, outcomeChip, section, table, type Cell } from "../html/parts.ts";
import { MACHINE_TIME, OUTCOME_MEANING } from "../words.ts";
import { readingsTables } from "./readings.ts";
import { lossesOf, outcomesOf, RUN_AS, shardOf, spentOn, timesOf } from "./words.ts";

/** The whole document. The same result gives the same bytes. */
export function renderSuitePage(result: SuiteResult): string {
  return renderDocument({
    title: `${result.outcome.toUpperCase()}: ${outcomesOf(result)} (Drillbook)`,
    main: [verdictSection(result), drillsSection(result), ...readingsSections(result)],
    footer:
      "Drillbook. Every number is from suite.json, which is derived from the results of the runs. The links lead to the runs' folders beside this one.",
  });
}

function verdictSection(result: SuiteResult): Element {
  const shard = shardOf(result);
  const [first] = result.parts;
  return h("header", { className: ["verdict", result.outcome] }, [
    h("p", { className: ["brand"] }, `Drillbook · ${first?.startedAt ?? ""}${shard === "" ? "" : ` · ${shard}`}`),
    h("h1", [h("span", { className: ["outcome"] }, result.outcome), " ", outcomesOf(result)]),
    h("p", { className: ["meaning"] }, OUTCOME_MEANING[result.outcome]),
    result.because.length === 0
      ? null
      : h(
          "ul",
          { className: ["cautions"] },
          result.because.map((one) => h("li", one)),
        ),
    note(`The runs were spent on ${spentOn(result)}. ${MACHINE_TIME}`),
  ]);
}

function drillsSection(result: SuiteResult): Element {
  const rows = result.drills.map((drill): readonly Cell[] => [
    h("code", drill.drillId),
    outcomeChip(drill.outcome),
    timesOf(drill),
    lossesOf(drill),
    h("div", [
      drill.proves,
      ...(RUN_AS[drill.kind] === "" ? [] : [h("br"), RUN_AS[drill.kind]]),
      ...drill.says.flatMap((one) => [h("br"), one]),
    ]),
    h(
      "div",
      drill.runs.flatMap(({ runId }, index) => [
        ...(index === 0 ? [] : [h("br")]),
        h("a", { href: `../${encodeURIComponent(runId)}/report.html` }, runId),
      ]),
    ),
  ]);
  for (const { drillId, because } of result.skipped)
    rows.push([h("code", drillId), outcomeChip("skipped"), "", "", because, ""]);
  return section("drills", "Drills", [
    table(["drill", "outcome", "recovery time", "lost writes", "what a pass proves, and what was seen", "runs"], rows),
  ]);
}

function readingsSections(result: SuiteResult): readonly Element[] {
  return readingsTables(result).map(({ scenario, choices, seeds, rows }) =>
    section(`readings-${scenario}`, `Readings of ${scenario}`, [
      note(
        "A line for each case: how the page is read where it leaves choices open, and what came of it with each seed.",
      ),
      table(
        ["case", ...choices, ...seeds.map((seed) => `seed ${seed}`)],
        rows.map(({ name, values, cells }): readonly Cell[] => [
          h("code", name),
          ...values,
          ...cells.map(({ outcome, says }) =>
            h("div", [outcome === null ? "no verdict" : outcomeChip(outcome), h("br"), says]),
          ),
        ]),
      ),
    ]),
  );
}
