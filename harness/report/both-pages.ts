/** The verdict over a page that is declared to fail and its corrected page, for people (Markdown) and for CI (JUnit). */
import type { BothPagesResult, ShownPageRun } from "../integrity/index.ts";
import { addCase, newReport } from "./junit.ts";
import { escaped } from "./summary.ts";
import { visibleLine } from "./visible.ts";

/** One line that says it all, the verdict first. */
export function bothPagesLine({ declared, corrected }: BothPagesResult): string {
  const findings = declared.findings.join(", ");
  const first =
    declared.asDeclared === true
      ? `failed, as declared: ${findings}`
      : declared.asDeclared === false
        ? `did not fail as declared (${findings})`
        : `not decided whether it failed as declared (${findings})`;
  const second =
    corrected === null
      ? "the corrected page was not followed"
      : `the corrected page ${corrected.outcome === "passed" ? "passed" : `came out ${corrected.outcome}`}`;
  return `${first}; ${second}`;
}

/** `declared.md`, which also reads well on a terminal. */
export function renderBothPages(result: BothPagesResult): string {
  const { declared, asWritten, corrected } = result;
  return [
    `${result.outcome.toUpperCase()}  ${escaped(result.title)} (${escaped(result.drillId)}, seed ${result.seed}): ${escaped(bothPagesLine(result))}`,
    "",
    ...result.because.map((one) => `- ${escaped(one)}`),
    ...(result.because.length === 0 ? [] : [""]),
    `Declared: ${escaped(declared.because)} The story: docs/findings.md, "${escaped(declared.story)}".`,
    ...(declared.leftOpen.length === 0
      ? []
      : [`Not decided, because of that failure: ${escaped(declared.leftOpen.join(", "))}.`]),
    "",
    ...runLines("the page as written", asWritten),
    ...(corrected === null ? [] : runLines("the corrected page", corrected)),
    "",
  ].join("\n");
}

function runLines(which: string, run: ShownPageRun): readonly string[] {
  return [
    `- ${run.outcome}: ${which}, ${escaped(run.runbook ?? "nobody acts")} (${escaped(run.runId)})`,
    ...run.shows.map((one) => `  - ${escaped(one)}`),
  ];
}

/** `junit.xml` of the two: one case, as green as their verdict. */
export function renderBothPagesJunit(result: BothPagesResult): string {
  const report = newReport();
  const name = `${result.drillId} (both pages)`;
  const suite = report.testSuite().name(visibleLine(name)).timestamp(visibleLine(result.startedAt));
  suite.property("outcome", result.outcome).property("seed", String(result.seed));
  const { declared, asWritten, corrected } = result;
  const details = [
    ...result.because,
    declared.because,
    ...asWritten.shows.map((one) => `as written: ${one}`),
    ...(corrected?.shows ?? []).map((one) => `corrected: ${one}`),
  ];
  const meaning = "A pass says that the page as written failed exactly as declared, and the corrected page passed.";
  addCase(
    suite,
    name,
    { name: "verdict", outcome: result.outcome, summary: bothPagesLine(result), details, meaning },
    null,
  );
  return report.build();
}
