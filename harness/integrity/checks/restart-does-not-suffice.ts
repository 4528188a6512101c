/** Check of the control `restart-only`: starting what stopped is not enough. */
import type { PhaseEntry, ProcessEntry } from "../../ledger/index.ts";
import { endsTheWait } from "../../measure/index.ts";
import { failed, inconclusive, passed, type Check } from "../check.ts";
import { howLongDown } from "../how-long-down.ts";
import type { Evidence } from "../evidence.ts";
import { seenDownAt } from "../seen-down.ts";
import { everConverged, stayedDown } from "../stayed-down.ts";

/**
 * If a restart brings everything back without loss, a pass of the drill proves nothing of the page. A write that was never
 * answered and is gone leaves that open (law 6): had its answer been seen, it would be a loss.
 */
export const restartDoesNotSufficeCheck: Check<"restart-does-not-suffice"> = {
  id: "restart-does-not-suffice",
  title: "A restart does not suffice",
  proves:
    "With everything started again that had stopped, and nothing else done, the cluster did not converge, or had lost more writes than the page may lose.",
  source: {
    address: "https://etcd.io/docs/v3.6/op-guide/failures/",
    fact: "etcd recovers by itself when a majority comes back with its data, so a drill in which a restart is enough says nothing about its page.",
  },
  judge: (evidence) => {
    const { account, plan, recovery } = evidence;
    if (recovery.status === null) return inconclusive("No fault was injected.");
    const starts = firstStarts(evidence);
    if (starts.missing.length > 0 || starts.lastMs === null)
      return inconclusive("Not everything that had stopped was started: the control did not do what it is for.", [
        ...starts.missing.map((node) => `${node} was not started`),
      ]);
    if (!everConverged(evidence)) return stayedDown(evidence, starts.lastMs);
    const took = howLongDown(recovery);
    const isDown = seenDownAt(evidence);
    // What was sent while every member was seen down is no loss by the fault.
    const lost = account.lost.filter(({ write }) => !isDown(write.sentAtMs));
    // As much as the page itself may lose is no reason to follow the page.
    if (lost.length > plan.objectives.lostWrites || lost.some((one) => !isBeyondPoint(evidence, one.write.revision)))
      return passed(`It converged after a restart alone, but with ${lost.length} acknowledged writes lost.`);
    if (!account.complete || account.lost.length > lost.length)
      return inconclusive(`It converged after a restart alone; what it lost is not known: ${took}.`);
    const gone = account.unknownLost.filter((write) => !isDown(write.sentAtMs)).length;
    if (gone > 0)
      return inconclusive(
        `It converged after a restart alone, ${took}; ${gone} of the writes that were never answered may have been lost.`,
      );
    return failed(
      `It converged after a restart alone, with ${lost.length} acknowledged writes lost, which the objective allows: ${took}. The page is unproven.`,
    );
  },
};

/**
 * When the last of the nodes that had stopped was first started by the control, and those that never were. Where each
 * member's process was running all the time there is nothing to start, and the control began with that.
 */
function firstStarts({ all, startingNodes, timeline }: Evidence): {
  readonly lastMs: number | null;
  readonly missing: readonly string[];
} {
  const { injectedAtMs } = timeline;
  const processes = all("process");
  const byControl = processes.filter((entry) => entry.event === "started" && entry.actor === "control");
  const beganMs = byControl[0]?.atMs ?? Infinity;
  const stopped = startingNodes.filter((node) => {
    const last = processes.findLast(
      (entry) => entry.node === node && entry.atMs < beganMs && entry.event !== "signalled",
    );
    return last?.event === "exited" && last.atMs >= (injectedAtMs ?? 0);
  });
  const turnMs = all("phase").find(({ phase }) => phase === "runbook")?.atMs;
  if (byControl.length === 0 && turnMs !== undefined && ranUntilTheWaitEnded(startingNodes, processes, all("phase")))
    return { missing: [], lastMs: turnMs };
  const first = new Map(byControl.toReversed().map((entry) => [entry.node, entry.atMs]));
  return {
    missing: stopped.filter((node) => !first.has(node)),
    lastMs: first.size === 0 ? null : Math.max(...first.values()),
  };
}

/** Whether the last that is on record of each node's process, before the wait for convergence was over, is that it was started. */
function ranUntilTheWaitEnded(
  nodes: readonly string[],
  processes: readonly ProcessEntry[],
  phases: readonly PhaseEntry[],
): boolean {
  const endMs = phases.find((entry) => endsTheWait(entry))?.atMs ?? -Infinity;
  const last = (node: string): ProcessEntry | undefined =>
    processes.findLast((entry) => entry.node === node && entry.event !== "signalled" && entry.atMs <= endMs);
  return nodes.length > 0 && nodes.every((node) => last(node)?.event === "started");
}

/** Whether a lost write lies beyond a known recovery point, as those do that the objective is about. */
function isBeyondPoint({ account, plan }: Evidence, revision: string | null): boolean {
  if (plan.recoveryPoint.kind === "nothing") return true;
  const point = account.recoveryPointRevision ?? null;
  return point !== null && revision !== null && BigInt(revision) > BigInt(point);
}
