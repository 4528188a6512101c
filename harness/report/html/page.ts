/** Puts the sections of report.html together. Not its business: what a section shows. */
import type { Element, ElementContent, Root } from "hast";
import { toHtml } from "hast-util-to-html";
import { h } from "hastscript";
import type { DrillResult } from "../../integrity/index.ts";
import type { Ledger } from "../../ledger/index.ts";
import { visible, visibleLine } from "../visible.ts";
import { timeAxis } from "./axis.ts";
import { circumstancesSection } from "./circumstances.ts";
import { environmentSection } from "./environment.ts";
import { findingsSection } from "./findings.ts";
import { probesSection } from "./probes.ts";
import { runbookSection } from "./runbook.ts";
import { STYLE } from "./style.ts";
import { timelineSection } from "./timeline.ts";
import { verdictSection } from "./verdict.ts";
import { writesSection } from "./writes.ts";

/** Forbids the page everything but its own style sheet, should anything ever get past the escaping. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** The whole document. The same ledger and result give the same bytes. */
export function renderPage(ledger: Ledger, result: DrillResult): string {
  const axis = timeAxis(ledger, result);
  const root: Root = {
    type: "root",
    children: [
      { type: "doctype" },
      h("html", { lang: "en" }, [
        h("head", [
          h("meta", { charSet: "utf-8" }),
          h("meta", { httpEquiv: "Content-Security-Policy", content: POLICY }),
          h("meta", { name: "viewport", content: "width=device-width, initial-scale=1" }),
          h("meta", { name: "color-scheme", content: "light dark" }),
          h("title", `${result.outcome.toUpperCase()}: ${result.title} (Drillbook)`),
          h("style", STYLE),
        ]),
        h("body", [
          h("main", [
            verdictSection(ledger, result),
            findingsSection(result),
            timelineSection(ledger, result, axis),
            writesSection(ledger, result, axis),
            probesSection(ledger, axis),
            runbookSection(ledger, result),
            circumstancesSection(ledger, result, axis),
            environmentSection(result),
          ]),
          h("footer", [
            `Drillbook ${result.environment.drillbook}. Every number is from result.json, which is derived from ledger.ndjson alone; `,
            "the charts are drawn from the ledger.",
          ]),
        ]),
      ]),
    ],
  };
  makeVisible(root);
  return `${toHtml(root)}\n`;
}

/** Shows control and direction characters wherever they may have come in; the tree is the one place that has them all. */
function makeVisible(node: Root | Element | ElementContent): void {
  if (node.type === "text") node.value = visible(node.value);
  if (node.type === "element") {
    for (const [name, value] of Object.entries(node.properties)) {
      if (typeof value === "string") node.properties[name] = visibleLine(value);
    }
  }
  if (!("children" in node)) return;
  for (const child of node.children) if (child.type !== "doctype") makeVisible(child);
}
