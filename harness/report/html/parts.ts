/** Small pieces that several sections of the page are built from. */
import type { Element, ElementContent } from "hast";
import { h } from "hastscript";
import type { Outcome } from "../../core/index.ts";

/** A section with its heading; `id` is also the anchor. */
export function section(id: string, title: string, children: readonly (ElementContent | string | null)[]): Element {
  return h("section", { id, ariaLabelledBy: `${id}-title` }, [h("h2", { id: `${id}-title` }, title), ...children]);
}

/** An outcome as a coloured word; the colour is never the only sign. */
export function outcomeChip(outcome: Outcome | "skipped"): Element {
  return h("span", { className: ["chip", outcome] }, outcome);
}

/** One cell: text, or something that is already built. */
export type Cell = string | ElementContent;

/** A table that scrolls inside itself when the screen is narrow. `numeric` names the columns that hold numbers, from 0. */
export function table(
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  numeric: readonly number[] = [],
): Element {
  const className = (column: number): string[] => (numeric.includes(column) ? ["number"] : []);
  return h("div", { className: ["scroll"], tabIndex: 0, role: "group" }, [
    h("table", [
      h("thead", [
        h(
          "tr",
          head.map((text, column) => h("th", { scope: "col", className: className(column) }, text)),
        ),
      ]),
      h(
        "tbody",
        rows.map((row) =>
          h(
            "tr",
            row.map((cell, column) => h("td", { className: className(column) }, [cell])),
          ),
        ),
      ),
    ]),
  ]);
}

/** A list of terms and what is said of each. */
export function terms(pairs: readonly (readonly [term: string, value: Cell])[]): Element {
  return h(
    "dl",
    { className: ["terms"] },
    pairs.flatMap(([term, value]) => [h("dt", term), h("dd", [value])]),
  );
}

/** Something that is folded away until it is asked for; open when printed by a browser that supports it. */
export function folded(summary: string, children: readonly ElementContent[]): Element {
  return h("details", [h("summary", summary), ...children]);
}

/** A remark below a heading or a chart. */
export function note(text: string): Element {
  return h("p", { className: ["note"] }, text);
}
