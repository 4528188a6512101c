/** The workload's writes over time: how many came through, and how long they took, with the outage shaded. */
import type { Element, ElementContent } from "hast";
import { h } from "hastscript";
import type { DrillResult } from "../../integrity/index.ts";
import type { Ledger } from "../../ledger/index.ts";
import { type WriteBucket, writeBuckets } from "../series.ts";
import { count, seconds } from "../numbers.ts";
import type { TimeAxis } from "./axis.ts";
import { type COLOR, drawChart } from "./chart.ts";
import { folded, note, section, table } from "./parts.ts";
import { latencies, rates } from "./write-charts.ts";

const WIDTH = 1000;

/** Both charts and their table. */
export function writesSection(ledger: Ledger, result: DrillResult, axis: TimeAxis): Element {
  const { workload } = ledger.header.plan;
  const buckets = writeBuckets(ledger.entries, { ...axis, writesPerSecond: workload.writesPerSecond });
  if (buckets.length === 0) return section("writes", "Writes", [note("No write of the workload is on record.")]);
  return section("writes", "Writes", [
    note(
      `Scheduled: ${workload.writesPerSecond} writes a second by ${workload.clients} clients, each pinned to one member; nothing is retried. ` +
        `The schedule does not wait for answers. A transaction over several keys counts once here, and once for each key in the account. ${shadingInWords(result)}`,
    ),
    h("h3", "Writes per second, by the instant for which they were scheduled"),
    legend(["acknowledged", "refused", "unknown"]),
    drawChart(rates(buckets, axis, result), {
      id: "rates",
      description: "Writes per second over time, by outcome; the numbers are in the table below.",
      width: WIDTH,
      height: 260,
    }),
    h("h3", "Latency from the scheduled instant to the answer"),
    legend(["p50", "p99", "max"], "unknown: waited in vain, at its deadline"),
    drawChart(latencies(buckets, axis, result), {
      id: "latency",
      description: "Latency of acknowledged writes over time; the numbers are in the table below.",
      width: WIDTH,
      height: 260,
    }),
    folded("The numbers of both charts", [numbers(buckets, axis)]),
  ]);
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
