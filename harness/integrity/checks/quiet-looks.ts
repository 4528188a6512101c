/**
 * The looks at the cluster from two quiet stretches, in which nobody acts on it: after convergence, until the first member
 * is restarted; and after the last restart, until what comes after it. What is wrong then is what the page has left behind.
 */
import type { ClusterProbeEntry, MemberView, Phase, ReadBackPass } from "../../ledger/index.ts";
import { steadyAfterRestart } from "../../measure/index.ts";
import { inconclusive, inconclusiveAt, type Judged } from "../check.ts";
import type { Evidence } from "../evidence.ts";
import { gapOfMember, gapOfRestart, tookNoWrite, type Gap, type OpenPoint } from "../gaps.ts";

/** A stretch [fromMs, untilMs] of the run's clock, in which looks were sent and answered. */
export interface QuietStretch {
  /** For the reader, e.g. `after convergence`. */
  readonly when: string;
  /** The pass of the read-back that lies in it. */
  readonly pass: ReadBackPass;
  /** In order. Empty when nobody looked, or the stretch never began. */
  readonly looks: readonly ClusterProbeEntry[];
}

/**
 * Both stretches, in order. Each begins where steady state began to hold. Where it never did, it is the last look of that
 * wait and what follows: before it, members may have been on their way.
 */
export function quietStretches(evidence: Evidence): readonly QuietStretch[] {
  const { recovery, timeline, ledger } = evidence;
  const restarts = evidence.all("restart");
  return [
    {
      when: "after convergence",
      pass: "after-convergence",
      looks: looksOf(evidence, {
        fromMs: timeline.runbookEndedAtMs ?? timeline.injectedAtMs,
        decidedMs: recovery.waitEnded ? phaseAtMs(evidence, "read-back") : null,
        steadySinceMs: timeline.steadyAgainSinceMs,
        untilMs: phaseAtMs(evidence, "rolling-restart") ?? endMs(evidence),
      }),
    },
    {
      when: "after the restart",
      pass: "after-restart",
      looks: looksOf(evidence, {
        fromMs: restarts.findLast(({ event }) => event === "restarted")?.atMs ?? null,
        decidedMs: restarts.findLast(({ event }) => event === "steady-again" || event === "not-steady")?.atMs ?? null,
        steadySinceMs: steadyAfterRestart(ledger)?.status.since?.highMs ?? null,
        untilMs: endMs(evidence),
      }),
    },
  ];
}

interface Wait {
  /** When the wait for steady state began; null when it did not. */
  readonly fromMs: number | null;
  /** When it was over; null when it was cut short. */
  readonly decidedMs: number | null;
  readonly steadySinceMs: number | null;
  readonly untilMs: number;
}

function looksOf({ all }: Evidence, wait: Wait): readonly ClusterProbeEntry[] {
  const { decidedMs, fromMs, steadySinceMs, untilMs } = wait;
  if (fromMs === null || decidedMs === null) return [];
  const sent = all("cluster-probe").filter((one) => one.sentAtMs >= fromMs && one.atMs <= untilMs);
  const quietMs = steadySinceMs ?? sent.findLast((one) => one.atMs <= decidedMs)?.sentAtMs ?? decidedMs;
  return sent.filter((one) => one.sentAtMs >= quietMs);
}

/** When a phase began; null when it is not on record. */
export function phaseAtMs({ all }: Evidence, phase: Phase): number | null {
  return all("phase").find((entry) => entry.phase === phase)?.atMs ?? null;
}

/** When the cluster ceased to be what the page had left: the phase after the rolling restart, or the end of the record. */
export function endMs(evidence: Evidence): number {
  return (
    phaseAtMs(evidence, "old-data") ?? phaseAtMs(evidence, "teardown") ?? evidence.ledger.entries.at(-1)?.atMs ?? 0
  );
}

/**
 * Null when in each of the two stretches every member told what is asked for in the last look; else inconclusive, with
 * whoever did not. To find nothing wrong proves nothing unless everybody was heard.
 */
export function notHeard(evidence: Evidence, told: (view: MemberView) => boolean): Judged | null {
  if (evidence.timeline.injectedAtMs === null) return inconclusive("No fault was injected.");
  if (evidence.nodes.length === 0) return inconclusive("No node is on record.");
  const open = quietStretches(evidence).flatMap((stretch): readonly OpenPoint[] => {
    const { looks, pass, when } = stretch;
    const last = looks.at(-1);
    if (last === undefined)
      return [{ what: `${when}: nobody looked at the cluster`, gap: gapOfNoLook(evidence, stretch) }];
    const silent = evidence.nodes.filter((node) => !last.views.some((view) => view.node === node && told(view)));
    const span = { fromMs: last.sentAtMs, untilMs: last.atMs };
    return silent.map((node) => ({
      what: `${when}: ${node} did not tell in the last look`,
      gap: gapOfMember(evidence.ledger, pass, tookNoWrite(evidence.ledger, node, span)),
    }));
  });
  return open.length === 0
    ? null
    : inconclusiveAt("Not every member was heard after the recovery and after the restart.", open);
}

/** Nobody looked: before the restart that is the harness's doing. */
function gapOfNoLook({ ledger }: Evidence, { pass }: QuietStretch): Gap {
  return pass === "after-restart" ? gapOfRestart(ledger) : "unexplained";
}
