/** The workload's writes over time: how many came through, and how long they took, with the outage shaded. */
import type { Element, ElementContent } from "hast";
import { h } from "hastscript";
import type { DrillResult } from "../../integrity/index.ts";
import type { Ledger } from "../../ledger/index.ts";
import { type WriteBucket, writeBuckets } from "../series.ts";
import { count, seconds } from "../words.ts";
import { tickLabel, type TimeAxis } from "./axis.ts";
import { type ChartOption, COLOR, drawChart } from "./chart.ts";
import { folded, note, section, table } from "./parts.ts";

const WIDTH = 1000;
const FONT_SIZE = 13;

/** Both charts and their table. */
export function writesSection(ledger: Ledger, result: DrillResult, axis: TimeAxis): Element {
  const { workload } = ledger.header.plan;
  const buckets = writeBuckets(ledger.entries, { ...axis, writesPerSecond: workload.writesPerSecond });
  if (buckets.length === 0) return section("writes", "Writes", [note("No write of the workload is on record.")]);
  const shade = shading(result, axis);
  return section("writes", "Writes", [
    note(
      `Scheduled: ${workload.writesPerSecond} writes a second by ${workload.clients} clients, each pinned to one member; nothing is retried. ` +
        `The schedule does not wait for answers. ${shadingInWords(result)}`,
    ),
    h("h3", "Writes per second, by the instant for which they were scheduled"),
    legend(["acknowledged", "refused", "unknown"]),
    drawChart(rates(buckets, axis, shade), {
      id: "rates",
      description: "Writes per second over time, by outcome; the numbers are in the table below.",
      width: WIDTH,
      height: 260,
    }),
    h("h3", "Latency from the scheduled instant to the answer"),
    legend(["p50", "p99", "max"], "unknown: waited in vain, at its deadline"),
    drawChart(latencies(buckets, axis, shade), {
      id: "latency",
      description: "Latency of acknowledged writes over time; the numbers are in the table below.",
      width: WIDTH,
      height: 260,
    }),
    folded("The numbers of both charts", [numbers(buckets, axis)]),
  ]);
}

function rates(buckets: readonly WriteBucket[], axis: TimeAxis, shade: Shading): ChartOption {
  const last = buckets.at(-1);
  const series = (["acknowledged", "refused", "unknown"] as const).map((outcome, index) => ({
    type: "line" as const,
    stack: "writes",
    step: "end" as const,
    symbol: "none" as const,
    lineStyle: { width: 0 },
    areaStyle: { color: COLOR[outcome], opacity: 0.85 },
    data: [
      ...buckets.map((one) => [one.fromMs, perSecond(one[outcome], one)]),
      ...(last === undefined ? [] : [[last.toMs, perSecond(last[outcome], last)]]),
    ],
    ...(index === 0 ? shade : {}),
  }));
  return { ...frame(axis), yAxis: { ...scale(), type: "value", minInterval: 1, boundaryGap: [0, "12%"] }, series };
}

function latencies(buckets: readonly WriteBucket[], axis: TimeAxis, shade: Shading): ChartOption {
  const lines = (["p50", "p99", "max"] as const).map((quantile, index) => ({
    type: "line" as const,
    symbol: "none" as const,
    lineStyle: { width: quantile === "max" ? 1 : 2, color: COLOR[quantile] },
    connectNulls: false,
    data: buckets.map((one, at) => point(one, quantile, buckets[at - 1], buckets[at + 1])),
    ...(index === 0 ? shade : {}),
  }));
  const waited = {
    type: "scatter" as const,
    symbol: "diamond",
    symbolSize: 8,
    itemStyle: { color: COLOR.unknown },
    data: buckets.flatMap((one) =>
      one.unknownWaitedMs === null ? [] : [[middle(one), drawable(one.unknownWaitedMs)]],
    ),
  };
  const label = {
    ...scale().axisLabel,
    formatter: (value: number) => (value >= 1000 ? `${value / 1000} s` : `${value} ms`),
  };
  return { ...frame(axis), yAxis: { ...scale(), type: "log", axisLabel: label }, series: [...lines, waited] };
}

/** A line has no place for a bucket between two without an answer; such a one is drawn as a dot. */
function point(one: WriteBucket, quantile: "p50" | "p99" | "max", before?: WriteBucket, after?: WriteBucket) {
  const value = [middle(one), one.latencyMs === null ? null : drawable(one.latencyMs[quantile])];
  const isAlone = (before?.latencyMs ?? null) === null && (after?.latencyMs ?? null) === null;
  return isAlone ? { value, symbol: "circle", symbolSize: 5, itemStyle: { color: COLOR[quantile] } } : value;
}

/** A logarithmic axis has no place for zero. */
function drawable(latencyMs: number): number {
  return Math.max(0.01, latencyMs);
}

function middle(one: WriteBucket): number {
  return (one.fromMs + one.toMs) / 2;
}

function perSecond(writes: number, one: WriteBucket): number {
  return (writes * 1000) / (one.toMs - one.fromMs);
}

function frame(axis: TimeAxis): Pick<ChartOption, "grid" | "xAxis"> {
  return {
    grid: { left: 64, right: 20, top: 16, bottom: 32, outerBoundsMode: "none" },
    xAxis: {
      type: "value",
      min: axis.fromMs,
      max: axis.toMs,
      axisLabel: {
        ...scale().axisLabel,
        customValues: [...axis.ticksMs],
        formatter: (atMs: number) => tickLabel(axis, atMs),
      },
      axisTick: { customValues: [...axis.ticksMs], lineStyle: { color: COLOR.axis } },
      axisLine: { onZero: false, lineStyle: { color: COLOR.axis } },
      splitLine: { show: false },
    },
  };
}

function scale() {
  return {
    axisLabel: { color: COLOR.text, fontSize: FONT_SIZE },
    axisLine: { show: false, lineStyle: { color: COLOR.axis } },
    splitLine: { lineStyle: { color: COLOR.split } },
  };
}

type Shading = ReturnType<typeof shading>;

/** No service at all (dark) from the injection to the first write, then not yet steady (light). */
function shading(result: DrillResult, axis: TimeAxis) {
  const { injectedAtMs, firstServiceAtMs, steadyAgainSinceMs } = result.timeline;
  if (injectedAtMs === null) return {};
  const serviceMs = firstServiceAtMs ?? steadyAgainSinceMs ?? axis.toMs;
  const steadyMs = steadyAgainSinceMs ?? axis.toMs;
  const area = (fromMs: number, toMs: number, color: string) =>
    [{ xAxis: fromMs, itemStyle: { color, opacity: 1 } }, { xAxis: toMs }] as [
      { xAxis: number; itemStyle: { color: string; opacity: number } },
      { xAxis: number },
    ];
  return {
    markArea: {
      silent: true,
      data: [
        area(injectedAtMs, serviceMs, COLOR.outage),
        area(serviceMs, Math.max(serviceMs, steadyMs), COLOR.settling),
      ],
    },
    markLine: {
      silent: true,
      symbol: "none",
      label: { show: false },
      lineStyle: { color: COLOR.injection, type: "solid" as const, width: 2 },
      data: [{ xAxis: injectedAtMs }],
    },
  };
}

function shadingInWords(result: DrillResult): string {
  const { injectedAtMs, firstServiceAtMs, steadyAgainSinceMs } = result.timeline;
  if (injectedAtMs === null) return "Nothing was injected, so nothing is shaded.";
  const service =
    firstServiceAtMs === null
      ? "no write was acknowledged again"
      : "dark: until the first write was acknowledged again";
  const steady = steadyAgainSinceMs === null ? "it did not become steady again" : "light: until steady state held";
  return `Shaded from the injection on (${service}; ${steady}).`;
}

function legend(names: readonly (keyof typeof COLOR)[], diamond?: string): Element {
  const key = (name: string, className: string): Element =>
    h("span", { className: ["key", className], style: `background:var(--chart-${name})` });
  const items: ElementContent[] = names.map((name) => h("li", [key(name, "box"), ` ${name}`]));
  if (diamond !== undefined) items.push(h("li", [key("unknown", "diamond"), ` ${diamond}`]));
  items.push(h("li", [key("injection", "stroke"), " injection"]));
  return h("ul", { className: ["legend"] }, items);
}

function numbers(buckets: readonly WriteBucket[], axis: TimeAxis): Element {
  const ms = (value: number | undefined | null): string =>
    value === null || value === undefined ? "none" : value.toFixed(1);
  return table(
    ["from", "to", "acknowledged", "refused", "unknown", "p50 ms", "p99 ms", "max ms", "unknown waited ms"],
    buckets.map((one) => [
      seconds(one.fromMs - axis.zeroMs),
      seconds(one.toMs - axis.zeroMs),
      count(one.acknowledged),
      count(one.refused),
      count(one.unknown),
      ms(one.latencyMs?.p50),
      ms(one.latencyMs?.p99),
      ms(one.latencyMs?.max),
      ms(one.unknownWaitedMs),
    ]),
    [0, 1, 2, 3, 4, 5, 6, 7, 8],
  );
}
