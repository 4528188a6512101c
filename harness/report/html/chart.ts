/**
 * Draws one chart with echarts on the server and gives it as a tree of plain SVG: known elements and attributes only, no
 * style sheet, no event metadata, no reference to anything outside, ids of its own, and colours that follow the page.
 */
import { LineChart, ScatterChart } from "echarts/charts";
import { GridComponent, MarkAreaComponent, MarkLineComponent } from "echarts/components";
import * as echarts from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import type { Element, ElementContent, Properties } from "hast";
import { fromHtml } from "hast-util-from-html";
import { h } from "hastscript";

echarts.use([LineChart, ScatterChart, GridComponent, MarkAreaComponent, MarkLineComponent, SVGRenderer]);

/** What is drawn, in the words of echarts. */
export type ChartOption = Parameters<echarts.EChartsType["setOption"]>[0];

export interface ChartFrame {
  /** Unique in the page; the ids inside the SVG begin with it. */
  readonly id: string;
  /** What a reader who cannot see it is told. */
  readonly description: string;
  readonly width: number;
  readonly height: number;
}

/**
 * Colours by meaning. echarts needs real colours; each of these stands for a CSS variable of the page (style.ts) and is
 * replaced by it, so that one drawing serves light, dark and print.
 */
export const COLOR = {
  text: "#010101",
  axis: "#010102",
  split: "#010103",
  acknowledged: "#010104",
  refused: "#010105",
  unknown: "#010106",
  p50: "#010107",
  p99: "#010108",
  max: "#010109",
  outage: "#01010a",
  settling: "#01010b",
  injection: "#01010c",
} as const;

const VARIABLE: ReadonlyMap<string, string> = new Map(
  Object.entries(COLOR).map(([name, color]) => [color, `var(--chart-${name})`]),
);

const ELEMENTS: ReadonlySet<string> = new Set([
  "svg",
  "g",
  "path",
  "rect",
  "polygon",
  "polyline",
  "circle",
  "line",
  "text",
  "defs",
  "clipPath",
]);

const ATTRIBUTES: ReadonlySet<string> = new Set([
  ..."id d points transform x y x1 y1 x2 y2 cx cy r width height viewBox fill fillOpacity stroke strokeWidth strokeOpacity".split(
    " ",
  ),
  ..."strokeDashArray strokeLineCap strokeLineJoin textAnchor dominantBaseline clipPath opacity xmlns".split(" "),
]);

/** The chart as one element. */
export function drawChart(option: ChartOption, frame: ChartFrame): Element {
  const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width: frame.width, height: frame.height });
  try {
    chart.setOption({ animation: false, ...option });
    const parsed = fromHtml(chart.renderToSVGString(), { fragment: true, space: "svg" });
    const drawing = parsed.children.map((child) => cleaned(child, frame.id)).find((one) => one?.type === "element");
    if (drawing === undefined || drawing === null) throw new Error("echarts drew no SVG");
    return h("div", { className: ["chart", "scroll"], tabIndex: 0, role: "img", ariaLabel: frame.description }, [
      drawing,
    ]);
  } finally {
    chart.dispose();
  }
}

function cleaned(node: ElementContent | { readonly type: "doctype" }, id: string): ElementContent | null {
  if (node.type === "text") return node;
  if (node.type !== "element" || !ELEMENTS.has(node.tagName)) return null;
  const children = node.children.flatMap((child) => cleaned(child, id) ?? []);
  return { type: "element", tagName: node.tagName, properties: attributes(node.properties, id), children };
}

function attributes(properties: Properties, id: string): Properties {
  const kept: Properties = {};
  for (const [name, value] of Object.entries(properties)) {
    if (!ATTRIBUTES.has(name) || value === null || value === undefined) continue;
    const text = String(value);
    // The numbers in echarts' own ids count up over the life of the process; the same chart must give the same bytes.
    const local = text.replace(/\bzr\d+-/g, `${id}-`);
    if (/url\(/i.test(local) && !/^url\(#[\w-]+\)$/.test(local)) continue;
    kept[name] = VARIABLE.get(local) ?? local;
  }
  // echarts names a colour of its theme even where it draws no line.
  if (kept["strokeWidth"] === "0") delete kept["stroke"];
  return kept;
}
