/** What the two charts of the writes show, in the words of echarts. Not its business: how they get into the page. */
import type { DrillResult } from "../../integrity/index.ts";
import type { WriteBucket } from "../series.ts";
import { tickLabel, type TimeAxis } from "./axis.ts";
import { type ChartOption, COLOR } from "./chart.ts";

const FONT_SIZE = 13;

/** Writes per second, stacked by outcome. */
export function rates(buckets: readonly WriteBucket[], axis: TimeAxis, result: DrillResult): ChartOption {
  const shade = shading(result, axis);
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

/** Latency of the acknowledged writes, and how long the unknown ones were waited for. */
export function latencies(buckets: readonly WriteBucket[], axis: TimeAxis, result: DrillResult): ChartOption {
  const shade = shading(result, axis);
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
