/** Every check with what it found: the bad news first and open, the rest below it. */
import type { Element } from "hast";
import { h } from "hastscript";
import type { DrillResult, Finding } from "../../integrity/index.ts";
import { checksPassed, lackingFeatures, OUTCOME_MEANING, worstFirst } from "../words.ts";
import { folded, note, outcomeChip, section } from "./parts.ts";

/** Details that stand in the page; a list that is longer is whole in result.json (and `lost-keys.txt`). */
const DETAILS_SHOWN = 200;
/** Details of a bad finding that are open at once. */
const DETAILS_OPEN = 12;

/** The findings of all checks. */
export function findingsSection(result: DrillResult): Element {
  const lacking = lackingFeatures(result);
  return section("findings", "Findings", [
    result.findings.length === 0
      ? note("No check gave a finding: nothing is proven.")
      : note(`Checks: ${checksPassed(result)}.`),
    lacking.length === 0
      ? null
      : h(
          "ul",
          lacking.map((one) => h("li", one)),
        ),
    h("ol", { className: ["findings"] }, worstFirst(result.findings).map(shown)),
  ]);
}

function shown(finding: Finding): Element {
  const items = finding.details.slice(0, DETAILS_SHOWN).map((detail) => h("li", h("code", detail)));
  const left = finding.details.length - items.length;
  if (left > 0) items.push(h("li", `and ${left} more, in result.json`));
  const isOpen = finding.outcome !== "passed" && items.length <= DETAILS_OPEN;
  const list = h("ul", { className: ["details"] }, items);
  return h("li", { className: ["finding", finding.outcome] }, [
    h("p", [outcomeChip(finding.outcome), " ", h("strong", finding.checkId), " ", h("span", finding.summary)]),
    finding.outcome === "skipped" ? note(OUTCOME_MEANING.skipped) : null,
    items.length === 0 ? null : isOpen ? list : folded(`${finding.details.length} details`, [list]),
  ]);
}
