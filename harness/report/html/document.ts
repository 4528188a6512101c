/** The frame of every HTML report: one self-contained document, in which nothing from outside can act. Not its business: what is in it. */
import type { Element, ElementContent, Root } from "hast";
import { toHtml } from "hast-util-to-html";
import { h } from "hastscript";
import { visible, visibleLine } from "../visible.ts";
import { STYLE } from "./style.ts";

/** Forbids the page everything but its own style sheet, should anything ever get past the escaping. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** What is in a document. */
export interface DocumentParts {
  readonly title: string;
  readonly main: readonly Element[];
  readonly footer: string;
}

/** The whole document. The same parts give the same bytes. */
export function renderDocument({ title, main, footer }: DocumentParts): string {
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
          h("title", title),
          h("style", STYLE),
        ]),
        h("body", [h("main", [...main]), h("footer", [footer])]),
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
