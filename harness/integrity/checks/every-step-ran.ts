/** Check: the page was followed whole. */
import type { Reading, StepCondition, StepEntry } from "../../ledger/index.ts";
import { broken, failed, inconclusive, passed, type Check } from "../check.ts";

/** A block that nobody accounted for is a finding about the page; a step that is not on record, one about the harness. */
export const everyStepRanCheck: Check<"every-step-ran"> = {
  id: "every-step-ran",
  title: "Every step ran",
  proves:
    "Every block of the page is a step or prose, and every step, of the preparation too, ran and exited with 0, but for those of another reading of the page.",
  source: {
    address: "docs/architecture.md#the-laws-that-keep-a-verdict-true",
    fact: "Law 4: a block that nobody accounted for, or a step that was skipped, is a page that was not proven.",
  },
  judge: ({ all, plan }) => {
    const onRecord = all("step");
    const strange = onRecord.filter((step) => isOfReading(step, plan.reading) !== (step.status !== "not-chosen"));
    if (strange.length > 0)
      return broken(
        `${strange.length} of ${onRecord.length} steps are not on record as the plan's reading of the page wants it.`,
        strange.map(
          ({ id, line, onlyIf, status }) => `${id} (line ${line}, ${conditionOf(onlyIf)}) is recorded as ${status}`,
        ),
      );
    const steps = onRecord.filter(({ status }) => status !== "not-chosen");
    const bad = steps.filter((step) => step.status !== "ran" || step.exitCode !== 0);
    if (bad.length > 0)
      return failed(`${bad.length} of ${steps.length} steps did not run to a good end.`, bad.map(describe));
    const ended = all("runbook").find((entry) => entry.part === "recovery" && entry.event === "ended");
    if (ended === undefined) {
      const begun = all("runbook").some((entry) => entry.part === "recovery");
      return inconclusive(begun ? "The page was not followed to its end." : "The page was not followed.");
    }
    if (ended.steps === 0) return failed("The page has no step: it cannot recover anything.");
    const { preparationSteps, proseBlocks } = ended;
    if (ended.blocks !== preparationSteps + ended.steps + proseBlocks) {
      return failed(
        `The page has ${ended.blocks} blocks: ${preparationSteps} steps before the disaster, ${ended.steps} after it and ${proseBlocks} of prose do not add up.`,
      );
    }
    const wanted = preparationSteps + ended.steps;
    if (onRecord.length === 0) return inconclusive(`The page has ${wanted} steps, and none is on record.`);
    const prepared = onRecord.filter((step) => step.part === "preparation").length;
    if (
      onRecord.length !== wanted ||
      prepared !== preparationSteps ||
      new Set(onRecord.map((step) => step.id)).size !== onRecord.length
    ) {
      return broken(`The page has ${wanted} steps, and ${onRecord.length} are on record.`);
    }
    if (!steps.some(({ part }) => part === "recovery"))
      return failed("In this reading the page has no step: it cannot recover anything.");
    const others = wanted === steps.length ? "" : ` ${wanted - steps.length} are of other readings;`;
    return passed(`All ${steps.length} steps ran and exited with 0;${others} ${proseBlocks} more blocks are prose.`);
  },
};

/** Whether the step belongs to the reading. One without a condition belongs to each. */
function isOfReading({ onlyIf }: StepEntry, reading: Reading | null): boolean {
  return onlyIf === null || onlyIf.values.includes(reading?.[onlyIf.choice] ?? "");
}

function conditionOf(onlyIf: StepCondition | null): string {
  return onlyIf === null ? "for every reading" : `only if ${onlyIf.choice} is ${onlyIf.values.join(" or ")}`;
}

function describe(step: StepEntry): string {
  const what = {
    ran: `exited with ${step.exitCode}`,
    "timed-out": "timed out",
    skipped: "was skipped",
    "not-chosen": "is of another reading",
    "session-ended": "ended its own shell",
  }[step.status];
  return `${step.id} (line ${step.line}${step.node === null ? "" : `, on ${step.node}`}) ${what}`;
}
