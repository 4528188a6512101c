/** The verdict over a drill and its controls, for people: Markdown that also reads well on a terminal. */
import type { ControlsResult } from "../integrity/index.ts";
import { escaped } from "./summary.ts";

/** What a run is called in the list. */
const COURSE: Readonly<Record<ControlsResult["runs"][number]["control"], string>> = {
  none: "the drill itself",
  "no-fault": "no-fault: must stay steady",
  "no-recovery": "no-recovery: must not converge",
  "restart-only": "restart-only: must not converge without loss",
  "recovery-only": "recovery-only: must do the harm that is declared",
};

/** One line a run, and the verdict first. */
export function renderControls(set: ControlsResult): string {
  const verdict = set.isVoid ? "VOID" : set.outcome.toUpperCase();
  return [
    `${verdict}  ${escaped(set.drillId)} with its controls`,
    "",
    ...set.because.map((one) => `- ${escaped(one)}`),
    ...(set.because.length === 0 ? [] : [""]),
    ...set.runs.flatMap((run) => [
      `- ${run.outcome}: ${COURSE[run.control]} (${escaped(run.runId)})`,
      ...run.shows.map((one) => `  - ${escaped(one)}`),
    ]),
    ...set.notRun.map(
      (one) =>
        `- not run: ${one.control}: ${escaped(one.because)}${one.byDeclaration ? " (as the scenario declares)" : ""}`,
    ),
    "",
  ].join("\n");
}
