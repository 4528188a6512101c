/** What is said of several drills together, the same in every report. */
import type { SuiteDrill, SuiteResult } from "../../integrity/index.ts";
import { countRange } from "../numbers.ts";
import { recoveryTime, timeSpentOn } from "../words.ts";

/** What a kind of run is called beside its drill; empty for the plain one. */
export const RUN_AS: Readonly<Record<SuiteDrill["kind"], string>> = {
  run: "",
  control: "one control",
  controls: "with its controls",
  repeats: "repeated",
  "both-pages": "the page as written, then the corrected one",
};

/** How many came out how, the worst first. */
export function outcomesOf({ drills }: SuiteResult): string {
  const counts = Map.groupBy(drills, ({ outcome }) => outcome);
  const said = [...counts].map(([outcome, of]) => `${of.length} ${outcome}`);
  return `${drills.length} ${drills.length === 1 ? "drill" : "drills"}${said.length === 0 ? "" : `: ${said.join(", ")}`}`;
}

/** The recovery times of a drill's runs, one after the other. */
export function timesOf({ runs }: SuiteDrill): string {
  return runs.map((run) => recoveryTime(run.recoveryTimeMs)).join("; ");
}

/** The lost writes of a drill's runs. */
export function lossesOf({ runs }: SuiteDrill): string {
  return runs.map((run) => countRange(run.lostWrites)).join("; ");
}

/** How the runs were spent, all together. */
export function spentOn({ timeSpentMs }: SuiteResult): string {
  return timeSpentOn(timeSpentMs);
}

/** Which part of the drills this is; empty for all of them. */
export function shardOf({ parts }: SuiteResult): string {
  const shards = parts.flatMap(({ shard }) => (shard === null ? [] : [`${shard.index}/${shard.of}`]));
  return shards.length === 0 ? "" : `shard ${shards.join(", ")}`;
}
