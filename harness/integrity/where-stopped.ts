/** Where the page stopped, as far as the record tells. Not its business: whether it was to stop there. */
import type { StepEntry } from "../ledger/index.ts";
import type { Evidence } from "./evidence.ts";

/** The first step after the disaster that did not come to a good end, null when the page was followed to its end; or why that is not known. */
export type Stop =
  | { readonly known: true; readonly at: StepEntry | null }
  | { readonly known: false; readonly because: string };

/** A step of another reading of the page is none at which it stops. */
export function whereStopped({ all }: Evidence): Stop {
  const onRecord = all("step");
  const unprepared = onRecord.find((step) => step.part === "preparation" && isBad(step));
  if (unprepared !== undefined)
    return {
      known: false,
      because: `The page's preparation stopped at ${unprepared.id}, so that nothing is known of the rest.`,
    };
  const steps = onRecord.filter((step) => step.part === "recovery");
  const ended = all("runbook").findLast((entry) => entry.part === "recovery" && entry.event === "ended");
  if (ended === undefined || steps.length === 0 || steps.length !== ended.steps)
    return { known: false, because: "It is not on record that the page was followed." };
  return { known: true, at: steps.find(isBad) ?? null };
}

/** Whether the step was not there to be run, or was killed: then it says nothing of what the page does. */
export function couldNotRun({ exitCode, status }: StepEntry): boolean {
  return status === "skipped" || (status === "ran" && COULD_NOT_RUN.has(exitCode));
}

/** bash: found but not executable, not found. */
const COULD_NOT_RUN: ReadonlySet<number | null> = new Set([126, 127, null]);

function isBad({ exitCode, status }: StepEntry): boolean {
  return status !== "not-chosen" && (status !== "ran" || exitCode !== 0);
}
