/** Check: each member by itself takes writes, once the recovery is over and again after the restart. */
import { formatMs } from "../../core/index.ts";
import type { ProcessEntry, ReadBackPass, ServiceProbeEntry } from "../../ledger/index.ts";
import { failed, inconclusive, inconclusiveAt, passed, type Check } from "../check.ts";
import type { Evidence } from "../evidence.ts";
import { gapOfMember, gapOfRestart, tookNoWrite, type Gap } from "../gaps.ts";
import { endMs, phaseAtMs } from "./quiet-looks.ts";

/**
 * Judged by the probes that were sent after convergence had been decided, so that it does not only repeat the hold: a member
 * that is well until the wait is over and not after is caught here. How each stretch ends counts. Probes that failed
 * there accuse only where they were sent over at least one probe time-out, with none between them of which nobody knows:
 * a shorter silence may be an election.
 */
export const everyMemberWritesCheck: Check<"every-member-writes"> = {
  id: "every-member-writes",
  title: "Every member takes writes",
  proves:
    "After convergence had been decided, and again after the restart, each member itself acknowledged writes to the last, and its process did not end by itself.",
  source: {
    address: "https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/ha-topology/",
    fact: "With stacked etcd each API server talks to the member on its own node only: a member that takes no writes is an outage of that API server, however well the cluster is as a whole.",
  },
  judge: (evidence) => {
    if (evidence.timeline.injectedAtMs === null) return inconclusive("No fault was injected.");
    const judged = stretches(evidence).flatMap((stretch) =>
      evidence.nodes.map((node) => ({ node, ...stretch, ...writesThrough(evidence, node, stretch) })),
    );
    const refusing = judged.filter((one) => one.verdict === "none");
    if (refusing.length > 0)
      return failed(
        "A member takes no writes any more after the recovery.",
        refusing.map((one) => `${one.when}: ${one.node}: ${one.says}`),
      );
    const open = judged.filter((one) => one.verdict === "unknown");
    if (open.length > 0 || judged.length === 0)
      return inconclusiveAt(
        "It is not known whether every member takes writes.",
        open.map((one) => ({ what: `${one.when}: ${one.node}: ${one.says}`, gap: gapOf(evidence, one) })),
      );
    return passed(
      `Each of ${evidence.nodes.length} members acknowledged writes after the recovery and after the restart.`,
    );
  },
};

/** What keeps it unknown: of a stretch that never began the restart, else that the node's few probes failed. */
function gapOf({ ledger }: Evidence, { fromMs, node, pass, untilMs }: Stretch & { readonly node: string }): Gap {
  if (fromMs !== Infinity) return gapOfMember(ledger, pass, tookNoWrite(ledger, node, { fromMs, untilMs }));
  return pass === "after-restart" ? gapOfRestart(ledger) : "unexplained";
}

interface Stretch {
  readonly when: string;
  readonly pass: ReadBackPass;
  readonly fromMs: number;
  readonly untilMs: number;
}

/** From the end of the wait to the first restart, and from the end of the restart to what comes next. */
function stretches(evidence: Evidence): readonly Stretch[] {
  const decidedMs = evidence.recovery.waitEnded ? phaseAtMs(evidence, "read-back") : null;
  const restartMs = phaseAtMs(evidence, "rolling-restart");
  const restartedMs = evidence.all("restart").findLast((entry) => entry.event === "steady-again")?.atMs;
  return [
    {
      when: "after convergence",
      pass: "after-convergence",
      fromMs: decidedMs ?? Infinity,
      untilMs: restartMs ?? endMs(evidence),
    },
    { when: "after the restart", pass: "after-restart", fromMs: restartedMs ?? Infinity, untilMs: endMs(evidence) },
  ];
}

interface Writes {
  readonly verdict: "some" | "none" | "unknown";
  readonly says: string;
}

/** What became of the writes through one member, and of its process. */
function writesThrough({ all, plan }: Evidence, node: string, { fromMs, untilMs }: Stretch): Writes {
  const ended = all("process").find(
    (one) =>
      one.node === node && one.event === "exited" && one.actor === null && one.atMs >= fromMs && one.atMs <= untilMs,
  );
  if (ended !== undefined)
    return { verdict: "none", says: `${ended.process} ended by itself with ${howItEnded(ended)}` };
  // A probe that was still under way when the stretch ended met what came next.
  const heard = all("service-probe")
    .filter((one) => one.node === node && one.sentAtMs >= fromMs && one.atMs < untilMs)
    .toSorted((a, b) => a.sentAtMs - b.sentAtMs);
  const known = heard.filter((one) => one.ok !== null);
  const last = known.at(-1);
  if (last === undefined) return { verdict: "unknown", says: "no probe was answered, or nobody knows of any" };
  if (last.ok === true) return { verdict: "some", says: "" };
  // Where nobody knows of a probe, it may have been acknowledged: what failed before it does not count.
  const failing = known.slice(known.length - failingAtEnd(heard.slice(0, heard.lastIndexOf(last) + 1)));
  const spanMs = last.sentAtMs - (failing[0]?.sentAtMs ?? last.sentAtMs);
  const says = `none of the last ${failing.length} writes in ${formatMs(spanMs)} was acknowledged (${last.reason ?? "no reason is on record"})`;
  return { verdict: spanMs >= plan.serviceProbe.timeoutMs ? "none" : "unknown", says };
}

/** How many of the last probes failed one after the other. */
function failingAtEnd(probes: readonly ServiceProbeEntry[]): number {
  return probes.length - 1 - probes.findLastIndex((one) => one.ok !== false);
}

function howItEnded({ exitCode, signal }: ProcessEntry): string {
  return signal === null ? `exit code ${exitCode ?? "unknown"}` : `signal ${signal}`;
}
