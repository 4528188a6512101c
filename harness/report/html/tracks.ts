/** Rows of bars and marks on the shared time axis, drawn with plain boxes so that they fit any width and print well. */
import type { Element } from "hast";
import { h } from "hastscript";
import { percent, tickLabel, type TimeAxis } from "./axis.ts";

/** One row: a label, what lies on the axis, and the number at its end. */
export interface Track {
  readonly label: string;
  readonly value: string;
  readonly bars: readonly Bar[];
}

/** A span of time, or an instant when both ends are equal. */
export interface Bar {
  readonly fromMs: number;
  readonly toMs: number;
  /** Colour, by meaning. */
  readonly tone: "fault" | "wait" | "step" | "bad-step" | "settle" | "good" | "outage" | "unsure" | "down" | "gap";
}

/** The rows below one scale. Readers who cannot see it are told `description`; the numbers stand in a table beside it. */
export function tracks(axis: TimeAxis, rows: readonly Track[], description: string): Element {
  const lines = axis.ticksMs.map((atMs) =>
    h("span", { className: atMs === axis.zeroMs ? ["line", "zero"] : ["line"], style: `left:${percent(axis, atMs)}%` }),
  );
  return h("div", { className: ["tracks"], role: "img", ariaLabel: description }, [
    h("div", { className: ["scale"] }, [
      h(
        "div",
        { className: ["lane"] },
        axis.ticksMs.map((atMs) =>
          h("span", { className: ["tick"], style: `left:${percent(axis, atMs)}%` }, tickLabel(axis, atMs)),
        ),
      ),
    ]),
    h("div", { className: ["grid"] }, lines),
    ...rows.map((row) =>
      h("div", { className: ["track"] }, [
        h("span", { className: ["label"] }, row.label),
        h(
          "span",
          { className: ["lane"] },
          row.bars.map((bar) => drawn(axis, bar)),
        ),
        h("span", { className: ["value"] }, row.value),
      ]),
    ),
  ]);
}

function drawn(axis: TimeAxis, bar: Bar): Element {
  const left = percent(axis, bar.fromMs);
  if (bar.fromMs === bar.toMs) return h("span", { className: ["mark", bar.tone], style: `left:${left}%` });
  const width = Number((percent(axis, bar.toMs) - left).toFixed(3));
  return h("span", { className: ["bar", bar.tone], style: `left:${left}%;width:${width}%` });
}
