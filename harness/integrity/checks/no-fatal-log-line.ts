/** Check: no process says, once the recovery is over, that it cannot go on. */
import type { LogLineEntry } from "../../ledger/index.ts";
import { failed, inconclusive, inconclusiveAt, passed, type Check } from "../check.ts";
import type { Evidence } from "../evidence.ts";
import { gapOfRestart, type Gap, type OpenPoint } from "../gaps.ts";
import { endMs } from "./quiet-looks.ts";

/**
 * A line counts when it was certainly written between steady again and the end. What the page's own doings brought
 * about before is not judged here; a line of which it is not certain leaves the check open.
 */
export const noFatalLogLineCheck: Check<"no-fatal-log-line"> = {
  id: "no-fatal-log-line",
  title: "No fatal line in a log",
  proves:
    "From steady again to the end of the drill no member's log had a fatal line or a panic, and each was looked through.",
  source: {
    address: "https://github.com/etcd-io/etcd/issues/13509",
    fact: "A member whose data was put back wrongly can start, serve, and panic later, when the leader tells it of a commit that its log lacks.",
  },
  judge: (evidence) => {
    const sinceMs = evidence.timeline.steadyAgainSinceMs;
    if (evidence.timeline.injectedAtMs === null) return inconclusive("No fault was injected.");
    if (evidence.nodes.length === 0) return inconclusive("No node is on record.");
    if (sinceMs === null)
      return inconclusive(
        "Steady state did not return, so there is no time after it to judge.",
        [],
        ["never-steady-again"],
      );
    const untilMs = endMs(evidence);
    const touching = evidence.all("log-line").filter((one) => one.atMs >= sinceMs && one.notBeforeMs <= untilMs);
    const within = touching.filter((one) => one.notBeforeMs >= sinceMs && one.atMs <= untilMs);
    if (within.length > 0)
      return failed(`${within.length} fatal lines were logged after the recovery.`, within.map(describe));
    const open = [
      ...touching.map((one): OpenPoint => ({
        what: `not certainly in that time: ${describe(one)}`,
        gap: "unexplained",
      })),
      ...evidence.nodes.flatMap((node) => notLooked(evidence, node, sinceMs) ?? []),
    ];
    if (open.length > 0)
      return inconclusiveAt("It is not known whether a fatal line was logged after the recovery.", open);
    return passed(`No fatal line or panic in the logs of ${evidence.nodes.length} members after the recovery.`);
  },
};

/** As often as `harness/drill/log-watch.ts` looks: what was written after the last look was seen by nobody. */
const LOOK_EVERY_MS = 500;

/** Null when this node's log was looked through whole, from steady again until the end; else what is missing of it. */
function notLooked(evidence: Evidence, node: string, sinceMs: number): OpenPoint | null {
  const missing = (what: string, gap: Gap = "unexplained"): OpenPoint => ({ what: `${node}: ${what}`, gap });
  const scan = evidence.all("log-scan").find((one) => one.node === node);
  if (scan === undefined) return missing("its log was not looked through");
  if (scan.reason !== null) return missing(scan.reason);
  if (scan.bytes === 0) return missing("its log is empty, so it is not what the member wrote");
  if (scan.fromMs > sinceMs || scan.untilMs < lastLookMs(evidence))
    return missing("its log was not looked through from steady again until the end");
  // What stands in it says nothing of a restart that did not come to its end.
  const restarted = evidence.all("restart").some(({ event }) => event === "steady-again" || event === "not-steady");
  return restarted ? null : missing("its log says nothing of a restart to its end", gapOfRestart(evidence.ledger));
}

/** When the end has certainly been looked at: less one look; and as long as anybody looked at the cluster, since the probes end before the logs do. */
function lastLookMs(evidence: Evidence): number {
  const { all } = evidence;
  const untilMs = endMs(evidence);
  const restartedMs = all("restart").findLast(({ event }) => event === "steady-again" || event === "not-steady")?.atMs;
  const lastProbeMs = [all("service-probe"), all("cluster-probe")]
    .flatMap((probes) => probes.filter(({ atMs }) => atMs <= untilMs).map(({ atMs }) => atMs))
    .reduce((a, b) => Math.max(a, b), -Infinity);
  return Math.max(restartedMs ?? -Infinity, lastProbeMs, untilMs - LOOK_EVERY_MS);
}

function describe({ node, process, line }: LogLineEntry): string {
  return `${node}: ${process}: ${line}`;
}
