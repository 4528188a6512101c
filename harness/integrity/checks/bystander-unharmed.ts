/** Check: the cluster beside the one that the drill is about went on as if nothing had happened. */
import { formatMs } from "../../core/index.ts";
import type { BystanderCheckPlan, CheckPlan } from "../../ledger/index.ts";
import { bystanderLedger } from "../../measure/index.ts";
import { broken, failed, inconclusive, passed, type Check, type Judged } from "../check.ts";
import { evidenceOf, type Evidence } from "../evidence.ts";
import { otherMembers } from "../other-members.ts";
import { longestOutage } from "../outage.ts";

/** Applies one check (checks/index.ts, which this file must not import). */
type Apply = (plan: CheckPlan, evidence: Evidence) => Judged;

/**
 * Judges the bystander's own record: its account of writes by the checks that every cluster is judged by, and by what nobody but a
 * bystander can be held to: that nothing at all changed. Lost or changed data and members are harm whoever did it; an outage is
 * held against nobody while the harness was in trouble.
 */
export function bystanderUnharmedCheck(apply: Apply): Check<"bystander-unharmed"> {
  return {
    id: "bystander-unharmed",
    title: "Bystander unharmed",
    proves:
      "The cluster beside the drilled one kept every acknowledged write, its id, its members and the order of its revisions, and served all the while; its watches, leases and restarts are not looked at.",
    source: {
      address: "https://kubernetes.io/docs/setup/best-practices/cluster-large/#etcd-storage",
      fact: "A control plane may keep its events in an etcd cluster of their own, so that whoever recovers one of two may do it to the other.",
    },
    judge: (evidence, plan) => {
      const own = evidenceOf(bystanderLedger(evidence.ledger, plan));
      const { injectedAtMs } = own.timeline;
      if (injectedAtMs === null) return inconclusive("No fault was injected.");
      if (own.all("cluster-probe").length === 0) return inconclusive(`Nobody looked at ${plan.cluster}.`);
      const before = apply({ id: "steady-before-fault" }, own);
      if (before.outcome !== "passed") return { ...before, summary: `${plan.cluster}: ${before.summary}` };
      const judged = [...data(own, apply), members(own), service(own, plan, evidence)];
      return together(judged, { own, evidence, plan });
    },
  };
}

/** What became of the writes. */
const DATA: readonly CheckPlan[] = [
  { id: "workload-adequate" },
  { id: "acknowledged-writes-kept" },
  { id: "nothing-resurrected" },
  { id: "nothing-duplicated" },
  { id: "transactions-whole" },
  { id: "revision-not-back", mayGoBack: false },
];

function data(own: Evidence, apply: Apply): readonly Judged[] {
  return DATA.map((plan) => apply(plan, own));
}

function members(own: Evidence): Judged {
  const others = otherMembers(own);
  return others.length > 0 ? failed("It is not the same cluster any more.", others) : passed("");
}

function service(own: Evidence, { noServiceForMs }: BystanderCheckPlan, { all }: Evidence): Judged {
  const { recovery } = own;
  const outage = longestOutage(own);
  const isTroubled = all("trouble").some(({ outcome }) => outcome === "broken");
  const accuse = isTroubled ? inconclusive : failed;
  if (outage.lowMs > noServiceForMs)
    return accuse(`No member acknowledged a write for ${formatMs(outage.lowMs, "down")} or more.`);
  const standing = recovery.wrongAtEnd?.standing ?? [];
  if (standing.length > 0) return accuse("It was not steady at the end.", standing);
  if (outage.highMs > noServiceForMs)
    return inconclusive(`For ${formatMs(outage.highMs)} it is not known whether a member served.`);
  if (!recovery.waitEnded || recovery.status?.steady !== true)
    return inconclusive("It is not known whether it was steady at the end.", recovery.status?.wrong ?? []);
  return passed("");
}

interface Whole {
  readonly own: Evidence;
  readonly evidence: Evidence;
  readonly plan: BystanderCheckPlan;
}

/** One finding of all of them: harm if any found some, named by the first of its kinds. */
function together(judged: readonly Judged[], { own, evidence, plan }: Whole): Judged {
  const { cluster } = plan;
  const gap = formatMs(longestOutage(own).highMs, "up");
  const findingOf = (word: Judged["outcome"], what: string, say: typeof failed): Judged | null => {
    const [first, ...others] = judged.filter(({ outcome }) => outcome === word);
    if (first === undefined) return null;
    return say(`${cluster}${what}: ${first.summary}`, [
      ...others.map(({ summary }) => summary),
      `the page started or stopped its processes ${actsOfPage(evidence, plan)} time(s)`,
      `between two acknowledged writes there were up to ${gap}`,
      ...[first, ...others].flatMap(({ details }) => details),
    ]);
  };
  return (
    findingOf("failed", " was harmed", failed) ??
    findingOf("broken", "", broken) ??
    findingOf("inconclusive", "", inconclusive) ??
    passed(
      `${cluster} went on: all ${own.account.totals.acknowledged} acknowledged writes are there, the cluster and its members are the same, and there were never more than ${gap} between two that were acknowledged.`,
    )
  );
}

/** How often the page started or stopped a process of the bystander. */
function actsOfPage({ all }: Evidence, plan: BystanderCheckPlan): number {
  return all("bystander").filter(
    ({ cluster, entry }) =>
      cluster === plan.cluster && entry.kind === "process" && entry.actor === "runbook" && entry.event !== "exited",
  ).length;
}
