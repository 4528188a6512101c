/** What ran, on what, and how to run it again. */
import type { Element } from "hast";
import { h } from "hastscript";
import type { DrillResult } from "../../integrity/index.ts";
import { count, NOT_MEASURED } from "../numbers.ts";
import { timeSpentOn } from "../words.ts";
import { note, section, table, terms } from "./parts.ts";

const ISOLATION: Readonly<Record<DrillResult["environment"]["isolation"], string>> = {
  namespaces: "namespaces: pid, network and mount namespaces of the run's own",
  loopback: "loopback: plain processes on loopback addresses chosen for the run",
  containers: "containers: each node a container on a network of the run's own",
};

/** The environment of the run. */
export function environmentSection(result: DrillResult): Element {
  const { environment, measurements } = result;
  return section("environment", "Environment", [
    terms([
      ["Run", h("code", result.runId)],
      ["Drill", result.drillId],
      ["Seed", String(result.seed)],
      ["Control", result.control],
      ["Started", result.startedAt],
      ["System and substrate", `${result.system} on ${result.substrate}`],
      ["Isolation", ISOLATION[environment.isolation]],
      [
        "Machine",
        `${environment.os}, kernel ${environment.kernel}, ${environment.arch}, ${environment.cpus} CPUs, ${(environment.memoryBytes / 2 ** 30).toFixed(1)} GiB`,
      ],
      ["Drillbook and Node", `${environment.drillbook}, Node ${environment.node}`],
      [
        "Longest delay of the harness itself",
        measurements.maxLoopLagMs === null ? NOT_MEASURED : `${measurements.maxLoopLagMs.toFixed(1)} ms`,
      ],
      ["The run was spent on", timeSpentOn(measurements.timeSpentMs)],
      ["Relapses before steady state held", count(measurements.relapses)],
    ]),
    h("h3", "Programs"),
    environment.programs.length === 0
      ? note("No program is on record.")
      : table(
          ["program", "version", "from", "sha256"],
          environment.programs.map((one) => [
            one.name,
            one.version,
            one.source,
            h("code", { className: ["hash"] }, one.sha256),
          ]),
        ),
    h("h3", "What this substrate cannot do here"),
    environment.absentCapabilities.length === 0
      ? note("Nothing was absent.")
      : table(
          ["capability", "why it is absent"],
          environment.absentCapabilities.map((one) => [one.capability, one.reason]),
        ),
  ]);
}
