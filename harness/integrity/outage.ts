/** The longest time in which a cluster did not serve, as its service probes saw it. */
import type { ServiceProbeEntry } from "../ledger/index.ts";
import type { Evidence } from "./evidence.ts";

/** An interval that holds it. */
export interface Outage {
  /** For so long every member failed to acknowledge what was sent to it: proven. 0 when some member always may have served. */
  readonly lowMs: number;
  /** The longest time between two acknowledged writes; beyond it somebody served. */
  readonly highMs: number;
}

/** From the injection until the last probe was heard of while it was watched. */
export function longestOutage({ recovery, timeline: { injectedAtMs }, nodes, startingNodes }: Evidence): Outage {
  const probes = recovery.watched.filter((one) => one.kind === "service-probe");
  const served = probes.filter(({ ok }) => ok === true).map(({ atMs }) => atMs);
  const failed = probes.filter(({ ok }) => ok === false);
  const heardMs = probes.reduce((last, { atMs }) => Math.max(last, atMs), injectedAtMs ?? 0);
  const marks = [...served, heardMs].sort((a, b) => a - b);
  const members = [...new Set([...nodes, ...startingNodes])];
  let [lowMs, highMs, fromMs] = [0, 0, injectedAtMs ?? 0];
  for (const untilMs of marks) {
    highMs = Math.max(highMs, untilMs - fromMs);
    if (untilMs - fromMs > lowMs) {
      const within = failed.filter(({ sentAtMs }) => sentAtMs >= fromMs && sentAtMs <= untilMs);
      lowMs = Math.max(
        lowMs,
        members.reduce((least, node) => Math.min(least, failingFor(within, node)), untilMs - fromMs),
      );
    }
    fromMs = untilMs;
  }
  return { lowMs, highMs };
}

/** From the sending of the first failed probe of a node to that of the last. */
function failingFor(probes: readonly ServiceProbeEntry[], node: string): number {
  const sent = probes.filter((one) => one.node === node).map(({ sentAtMs }) => sentAtMs);
  return sent.length === 0 ? 0 : Math.max(...sent) - Math.min(...sent);
}
