/** The parts of the recovery time as one bar and a table whose last line is their sum. */
import type { Element } from "hast";
import { h } from "hastscript";
import type { DrillResult } from "../../integrity/index.ts";
import { partRows } from "../part-rows.ts";
import { PART_MEANING } from "../words.ts";
import { note, table } from "./parts.ts";

/** The parts, or that there are none. */
export function recoveryParts(result: DrillResult): Element {
  const { parts, recoveryTimeMs } = result.measurements;
  if (parts.length === 0) return note("There are no parts: no recovery was measured.");
  const { rows, sum } = partRows(parts);
  const sumMs = parts.reduce((total, one) => total + one.durationMs, 0);
  // They are differences of one clock: more than rounding of the sum of floats would be a defect, and is shown.
  const addsUp = recoveryTimeMs.high !== null && Math.abs(sumMs - recoveryTimeMs.high) < 0.5;
  return h("div", [
    h(
      "div",
      { className: ["parts"], ariaHidden: "true" },
      parts.map((one) =>
        h("span", { className: ["part", one.part], style: `flex-grow:${Math.max(0, one.durationMs).toFixed(3)}` }),
      ),
    ),
    table(
      ["part", "duration", "what it is"],
      [
        ...rows.map((row) =>
          row.step === null
            ? [partName(row.part), row.duration, PART_MEANING[row.part]]
            : [h("span", { className: ["step-of-part"] }, row.step), row.duration, ""],
        ),
        [
          h("strong", "sum"),
          h("strong", sum),
          addsUp ? "the high end of the recovery time" : "does NOT equal the recovery time: do not trust these parts",
        ],
      ],
      [1],
    ),
  ]);
}

function partName(part: string): Element {
  return h("span", [h("span", { className: ["key", "part", part] }), ` ${part}`]);
}
