/** The two charts of a set of repeats, in the words of echarts: every run, and the share of recoveries that last longer. */
import type { RepeatedRun, RepeatsResult } from "../../integrity/index.ts";
import { type ChartOption, COLOR } from "../html/chart.ts";

const FONT_SIZE = 13;
const GRID = { left: 64, right: 24, top: 24, bottom: 44, outerBoundsMode: "none" as const };

type Point = readonly [x: number, y: number | null];

/**
 * Every run as its interval, from the low end to the high end; an arrow upwards from the low end of one that was longer than watched; a cross on
 * the axis for one of unknown time.
 */
export function everyRun({ runs, recoveryTime }: RepeatsResult): ChartOption {
  const saying = (what: RepeatedRun["says"]): readonly RepeatedRun[] => runs.filter(({ says }) => says === what);
  const measured = saying("measured");
  const lowS = ({ recoveryTimeMs }: RepeatedRun): number => (recoveryTimeMs?.low ?? 0) / 1000;
  const highS = (run: RepeatedRun): number => (run.recoveryTimeMs?.high ?? 0) / 1000;
  const scatter = (symbol: string, color: string, data: readonly Point[]) => ({
    type: "scatter" as const,
    symbol,
    symbolSize: 9,
    itemStyle: { color },
    data: data.map((point) => [...point]),
  });
  return {
    grid: GRID,
    xAxis: { ...scale("run"), type: "value", min: 0, max: runs.length + 1, minInterval: 1, splitLine: { show: false } },
    yAxis: { ...scale("s"), type: "value", min: 0, max: topS(runs, recoveryTime.objectiveMs) },
    series: [
      {
        type: "line",
        symbol: "none",
        connectNulls: false,
        lineStyle: { width: 3, color: COLOR.p50 },
        data: measured.flatMap((run): number[][] => [
          [run.index, lowS(run)],
          [run.index, highS(run)],
          [run.index, Number.NaN],
        ]),
        ...limitLine(recoveryTime.objectiveMs, "yAxis"),
      },
      scatter(
        "circle",
        COLOR.p50,
        measured.map((run): Point => [run.index, highS(run)]),
      ),
      scatter(
        "triangle",
        COLOR.unknown,
        saying("censored").map((run): Point => [run.index, lowS(run)]),
      ),
      scatter(
        "diamond",
        COLOR.max,
        saying("unknown").map((run): Point => [run.index, 0]),
      ),
    ],
  };
}

/** The Kaplan-Meier curve with its interval, from the shortest to the longest time. */
export function lastsLonger({ runs, recoveryTime: { survival, objectiveMs } }: RepeatsResult): ChartOption {
  const watchedMs = runs.flatMap(({ says, recoveryTimeMs }) =>
    says === "censored" || says === "measured" ? [recoveryTimeMs?.high ?? recoveryTimeMs?.low ?? 0] : [],
  );
  const fromMs = Math.min(...watchedMs) * 0.9;
  const toMs = Math.max(...watchedMs) * 1.05;
  const line = (color: string, width: number, points: readonly Point[]) => ({
    type: "line" as const,
    step: "end" as const,
    symbol: "none" as const,
    lineStyle: { color, width },
    data: [[fromMs / 1000, 1], ...points.map((point) => [...point])],
  });
  const last = survival.at(-1);
  const end = (value: number | undefined): readonly Point[] => (last === undefined ? [] : [[toMs / 1000, value ?? 0]]);
  const band = (side: "low" | "high"): readonly Point[] => [
    ...survival.flatMap(({ atMs, interval }): readonly Point[] =>
      interval === null ? [] : [[atMs / 1000, interval[side]]],
    ),
    ...(last === undefined || last.interval === null ? [] : end(last.interval[side])),
  ];
  return {
    grid: GRID,
    xAxis: {
      ...scale("s"),
      type: "value",
      min: fromMs / 1000,
      max: toMs / 1000,
      axisLabel: { ...scale("s").axisLabel, formatter: (value: number) => value.toFixed(1) },
    },
    yAxis: { ...scale("share"), type: "value", min: 0, max: 1 },
    series: [
      {
        ...line(COLOR.p50, 2, [...survival.map((step): Point => [step.atMs / 1000, step.share]), ...end(last?.share)]),
        ...(objectiveMs !== null && objectiveMs <= toMs ? limitLine(objectiveMs, "xAxis") : {}),
      },
      line(COLOR.max, 1, band("low")),
      line(COLOR.max, 1, band("high")),
    ],
  };
}

/** The top of the scale: all that is drawn, and the objective. */
function topS(runs: readonly RepeatedRun[], objectiveMs: number | null): number {
  const times = runs.flatMap(({ recoveryTimeMs }) => [recoveryTimeMs?.low ?? 0, recoveryTimeMs?.high ?? 0]);
  return Math.ceil((Math.max(objectiveMs ?? 0, ...times, 1000) * 1.1) / 1000);
}

function limitLine(limitMs: number | null, axis: "xAxis" | "yAxis") {
  if (limitMs === null) return {};
  return {
    markLine: {
      silent: true,
      symbol: "none",
      label: { show: false },
      lineStyle: { color: COLOR.injection, type: "solid" as const, width: 2 },
      data: [axis === "xAxis" ? { xAxis: limitMs / 1000 } : { yAxis: limitMs / 1000 }],
    },
  };
}

function scale(name: string) {
  return {
    name,
    nameLocation: "middle" as const,
    nameGap: 30,
    nameTextStyle: { color: COLOR.text, fontSize: FONT_SIZE },
    axisLabel: { color: COLOR.text, fontSize: FONT_SIZE },
    axisLine: { onZero: false, lineStyle: { color: COLOR.axis } },
    splitLine: { lineStyle: { color: COLOR.split } },
  };
}
