/** `suite.md`, and what the terminal shows when several drills are over: one line a drill, the verdict first. */
import type { SuiteResult } from "../../integrity/index.ts";
import { escaped, table } from "../summary.ts";
import { readingsTables } from "./readings.ts";
import { lossesOf, outcomesOf, RUN_AS, shardOf, spentOn, timesOf } from "./words.ts";

/** The summary in GitHub-flavoured Markdown. */
export function renderSuiteSummary(result: SuiteResult): string {
  const shard = shardOf(result);
  return [
    `## ${result.outcome.toUpperCase()}: ${escaped(outcomesOf(result))}${shard === "" ? "" : `, ${escaped(shard)}`}`,
    "",
    ...result.because.map((one) => `- ${escaped(one)}`),
    ...(result.because.length === 0 ? [] : [""]),
    ...table(
      ["drill", "outcome", "recovery time", "lost writes", "what a pass proves"],
      result.drills.map((drill) => [
        RUN_AS[drill.kind] === "" ? drill.drillId : `${drill.drillId} (${RUN_AS[drill.kind]})`,
        drill.outcome,
        timesOf(drill),
        lossesOf(drill),
        drill.proves,
      ]),
    ),
    "",
    ...result.drills.flatMap(({ drillId, outcome, says }) =>
      says.length === 0 ? [] : [`- **${outcome}** ${escaped(drillId)}`, ...says.map((one) => `  - ${escaped(one)}`)],
    ),
    ...result.skipped.map(({ drillId, because }) => `- **skipped** ${escaped(drillId)}: ${escaped(because)}`),
    "",
    ...readingsTables(result).flatMap(({ scenario, choices, seeds, rows }) => [
      `### Readings of ${escaped(scenario)}`,
      "",
      ...table(
        ["case", ...choices, ...seeds.map((seed) => `seed ${seed}`)],
        rows.map(({ name, values, cells }) => [
          name,
          ...values,
          ...cells.map(({ outcome, says }) => `${outcome ?? "no verdict"}: ${says}`),
        ]),
      ),
      "",
    ]),
    `The runs were spent on ${escaped(spentOn(result))}.`,
    "",
  ].join("\n");
}

/** The short verdict for a terminal. */
export function renderSuiteVerdict(result: SuiteResult): string {
  const width = Math.max(0, ...result.drills.map(({ drillId }) => drillId.length));
  return [
    `${result.outcome.toUpperCase()}  ${outcomesOf(result)}`,
    ...result.because.map((one) => `  ${one}`),
    ...result.drills.map((drill) => `  ${drill.drillId.padEnd(width)}  ${drill.outcome.padEnd(12)}  ${timesOf(drill)}`),
    ...result.skipped.map(({ drillId, because }) => `  ${drillId.padEnd(width)}  skipped       ${because}`),
    `  spent on ${spentOn(result)}`,
    "",
  ].join("\n");
}
