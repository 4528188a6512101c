/** Check: what the page left behind survives a restart of every member. */
import { steadyAfterRestart } from "../../measure/index.ts";
import { broken, failed, inconclusive, passed, type Check, type Judged } from "../check.ts";
import { pick, type Evidence } from "../evidence.ts";
import { gapOfRestart } from "../gaps.ts";
import { memberIdentity } from "./member-identity.ts";
import { notRestartedNodes } from "./restarted-members.ts";
import { saidNotSteady } from "./said-not-steady.ts";

/** A flag such as `--force-new-cluster` that the page forgot acts at the next start and not before. */
export const survivesRollingRestartCheck: Check<"survives-rolling-restart"> = {
  id: "survives-rolling-restart",
  title: "Survives a rolling restart",
  proves: "Every member was restarted in turn, and the same cluster of the same members was steady again.",
  source: {
    address: "https://github.com/etcd-io/etcd/issues/14139",
    fact: "What a recovery left wrong may act only at the next start: a flag in the start command, or a member whose data is not what its log says.",
  },
  judge: (evidence) => {
    const restarts = evidence.all("restart");
    const bad = restarts.filter((entry) => entry.event === "failed");
    if (bad.length > 0) {
      return failed(
        "The cluster did not survive the restart of its members.",
        bad.map((entry) => `${entry.node ?? "all"}: ${entry.event} ${entry.detail}`.trim()),
      );
    }
    return saidNotSteady(evidence) ?? notRestarted(evidence) ?? notSteady(evidence) ?? otherMembers(evidence);
  },
};

function notRestarted(evidence: Evidence): Judged | null {
  if (evidence.nodes.length === 0) return inconclusive("No node is on record.");
  if (evidence.all("restart").length === 0)
    return inconclusive("No member was restarted.", [], [gapOfRestart(evidence.ledger)]);
  const missing = notRestartedNodes(evidence);
  return missing.length === 0 ? null : inconclusive(`It is not on record that ${missing.join(", ")} was restarted.`);
}

function notSteady({ all, ledger }: Evidence): Judged | null {
  const saidSo = all("restart").some((entry) => entry.event === "steady-again");
  const window = steadyAfterRestart(ledger);
  if (!saidSo || window === null)
    return inconclusive("It is not on record whether steady state returned after the restart.");
  if (window.status.holdComplete) return null;
  const summary = "The drill says that steady state returned after the restart, and the probes do not bear it out.";
  return window.status.steady ? inconclusive(summary, window.status.wrong) : broken(summary, window.status.wrong);
}

function otherMembers({ all, lacks, recovery, nodes }: Evidence): Judged {
  const before = pick(recovery.watched, "cluster-probe").at(-1);
  const saidSoMs = all("restart").findLast((entry) => entry.event === "steady-again")?.atMs ?? -Infinity;
  const after = all("cluster-probe").findLast((entry) => entry.atMs <= saidSoMs);
  if (before === undefined || after === undefined)
    return inconclusive("Nobody looked at the members before and after.");
  const changed = nodes.filter((node) => memberIdentity(before, node, lacks) !== memberIdentity(after, node, lacks));
  if (nodes.some((node) => memberIdentity(before, node, lacks) === null))
    return inconclusive("The members before the restart are not known.");
  return changed.length > 0
    ? failed(
        "A member is not the same after its restart.",
        changed.map(
          (node) => `${node}: was ${memberIdentity(before, node, lacks)}, is ${memberIdentity(after, node, lacks)}`,
        ),
      )
    : passed(
        `All ${nodes.length} members were restarted in turn; the same members in the same cluster were steady again.`,
      );
}
