/** The page that was followed, as it reads, with what came of each block beside it. */
import type { Element, ElementContent, Root } from "hast";
import { h } from "hastscript";
import type { DrillResult } from "../../integrity/index.ts";
import type { Ledger, StepEntry } from "../../ledger/index.ts";
import { lastPart, visibleOutput } from "../visible.ts";
import { NOT_ON_RECORD, secondsOr } from "../numbers.ts";
import { stepDurationMs, stepOutcome } from "../words.ts";
import { folded, note, section } from "./parts.ts";
import { type PageBlock, renderedPage } from "./runbook-page.ts";

/** Why a step has no output, where it did not run. */
const WITHOUT_OUTPUT: Readonly<Partial<Record<StepEntry["status"], string>>> = {
  skipped: "Not run: an earlier step had failed.",
  "not-chosen": "Not run: it is of another reading of the page.",
};

/** Output in the page; the whole is in the evidence. */
const OUTPUT_SHOWN = 4000;
/** Lines of output that are open at once. */
const LINES_OPEN = 12;

/** The runbook with its results. */
export function runbookSection(ledger: Ledger, result: DrillResult): Element {
  const { runbook } = ledger.header;
  if (runbook === null)
    return section("runbook", "The runbook", [note("None: nobody acts, since the fault heals by itself.")]);
  const steps = ledger.entries.filter((one): one is StepEntry => one.kind === "step");
  const placed = new Set<StepEntry>();
  const page: Root = renderedPage(runbook.text, (block) => {
    const those = steps.filter((one) => one.line === block.line);
    for (const one of those) placed.add(one);
    return panel(block, those);
  });
  const blocks = result.runbook?.blocks ?? null;
  const strayed = steps.filter((one) => !placed.has(one));
  return section("runbook", "The runbook", [
    note(
      `${runbook.file}, sha256 ${runbook.sha256}. ${runbook.redactions === 0 ? "" : `${secretsLeftOut(runbook.redactions)} `}` +
        (blocks === null
          ? `Its blocks were not counted: the page was not begun.`
          : `${blocks.total} blocks: ${blocks.preparation === 0 ? "" : `${blocks.preparation} steps before the disaster, `}${blocks.steps} steps, ${blocks.prose} prose.`),
    ),
    h(
      "article",
      { className: ["page"] },
      page.children.filter((one): one is ElementContent => one.type !== "doctype"),
    ),
    ...(strayed.length === 0
      ? []
      : [
          h("h3", "Steps on record that are not a block of this page"),
          ...strayed.map((one) => h("div", { className: ["block"] }, [outcome(one)])),
        ]),
  ]);
}

function panel(block: PageBlock, steps: readonly StepEntry[]): Element {
  const isStep = steps.length > 0 || block.declaresStep;
  return h("div", { className: ["block", isStep ? "is-step" : "is-prose"] }, [
    h("div", { className: ["commands"] }, [
      h("p", { className: ["fence"] }, `line ${block.line}${block.info === "" ? "" : ` · ${block.info}`}`),
      h("pre", [h("code", block.text)]),
    ]),
    h("div", { className: ["result"] }, steps.length > 0 ? steps.map(outcome) : [notRun(block)]),
  ]);
}

function secretsLeftOut(count: number): string {
  return count === 1 ? "1 secret is left out." : `${count} secrets are left out.`;
}

function notRun(block: PageBlock): Element {
  return block.declaresStep
    ? h(
        "p",
        { className: ["bad"] },
        "A step, but nothing of it is on record: it did not run, or the record ends before.",
      )
    : h("p", { className: ["note"] }, "Prose: not run.");
}

function outcome(step: StepEntry): Element {
  const { ok, text } = stepOutcome(step);
  const output = lastPart(visibleOutput(step.outputTail), OUTPUT_SHOWN).trimEnd();
  const shown = h("pre", { className: ["output"] }, [h("code", output)]);
  const where =
    step.node === null
      ? `role ${step.role}, on no node`
      : step.node === step.role
        ? `on ${step.node}`
        : `on ${step.node} (${step.role})`;
  return h("div", { className: ["step", ok ? "good-end" : "spoiled"] }, [
    h("p", [
      h("span", { className: ["chip", step.status === "not-chosen" ? "skipped" : ok ? "passed" : "failed"] }, text),
      " ",
      h("strong", step.id),
      h(
        "span",
        { className: ["where"] },
        ` ${where}, ${secondsOr(stepDurationMs(step), `duration ${NOT_ON_RECORD}`)}${step.acts ? "" : ", only looks"}${step.part === "preparation" ? ", before the disaster" : ""}`,
      ),
    ]),
    output === ""
      ? note(WITHOUT_OUTPUT[step.status] ?? "No output.")
      : ok && output.split("\n").length > LINES_OPEN
        ? folded(`Output, ${step.outputBytes} bytes`, [shown])
        : shown,
    step.outputFile === null || output === "" ? null : note(`${step.outputBytes} bytes, kept in ${step.outputFile}`),
    step.redactions === 0 ? null : note(secretsLeftOut(step.redactions)),
  ]);
}
