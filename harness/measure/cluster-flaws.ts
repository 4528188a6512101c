/**
 * What one look at the whole cluster shows to be wrong. No flaw means: these members are one cluster, complete and
 * agreed. Not its business: writes through each member (service probes) and how long it lasts (steady.ts).
 */
import type { ClusterProbeEntry, ListedMember, MemberView, SteadyStatePlan, StoreLacks } from "../ledger/index.ts";

/** What the members must be. */
export interface ClusterExpectation extends SteadyStatePlan {
  /** The nodes of the members, as these list them (member-nodes.ts). */
  readonly nodes: readonly string[];
  /** What no member of this store tells. */
  readonly lacks: StoreLacks;
}

/**
 * Everything that a cluster probe shows to be wrong, one sentence each. What a member that answers left out is not among
 * it (see `notTold`); that it knows of no leader is. A hash that is absent or not comparable is no flaw, and no proof either.
 */
export function clusterFlaws(probe: ClusterProbeEntry, expected: ClusterExpectation): readonly string[] {
  const flaws: string[] = [];
  const views = new Map(probe.views.map((view) => [view.node, view]));
  const answers: MemberView[] = [];
  for (const node of expected.nodes) {
    const view = views.get(node);
    if (view?.answered === true) answers.push(view);
    else flaws.push(`${node} does not answer${view?.reason === null || view === undefined ? "" : `: ${view.reason}`}`);
  }
  for (const view of probe.views) {
    if (view.answered && !expected.nodes.includes(view.node)) flaws.push(`${view.node} answers and is no member`);
  }
  const [first] = answers;
  if (first === undefined) return flaws;
  for (const view of answers) flaws.push(...viewFlaws(view, expected));
  const listed = Math.max(...answers.map((view) => view.members?.length ?? 0));
  if (listed > expected.nodes.length) flaws.push(`${listed - expected.nodes.length} listed member(s) are on no node`);
  if (!same(answers.map((view) => view.clusterId))) flaws.push("members report different cluster ids");
  if (!same(answers.map((view) => (view.members === null ? null : listText(view.members))))) {
    flaws.push("members have different member lists");
  }
  if (!same(answers.map((view) => view.leaderId))) flaws.push("members name different leaders");
  const ids = answers.map((view) => view.memberId).filter((id) => id !== null);
  if (new Set(ids).size !== ids.length) flaws.push("two nodes answer as the same member");
  flaws.push(...hashFlaws(answers));
  return flaws;
}

/**
 * What the members that answered left out, one sentence each. A look with any of it is not good, since it does not show
 * that all is well; and it is not bad, since it shows nothing to be wrong.
 */
export function notTold(
  probe: ClusterProbeEntry,
  { lacks, nodes }: Pick<ClusterExpectation, "lacks" | "nodes">,
): readonly string[] {
  return probe.views.flatMap((view) => {
    if (!view.answered || !nodes.includes(view.node)) return [];
    const missing = [
      ...(view.clusterId === null && lacks["cluster-id"] === undefined ? ["its cluster id"] : []),
      ...(view.memberId === null ? ["its own id"] : []),
      ...(view.alarms === null && lacks.alarms === undefined ? ["its alarms"] : []),
      ...(view.members === null ? ["its member list"] : []),
    ];
    return missing.map((what) => `${view.node} does not tell ${what}`);
  });
}

/** Whether all nodes gave hashes of the same revision with the same compact revision: only then are they evidence. */
export function hashesAreComparable(probe: ClusterProbeEntry, nodes: readonly string[]): boolean {
  const grounds = nodes.map((node) => groundOf(probe.views.find((view) => view.node === node)));
  return grounds.every((ground) => ground !== null && ground === grounds[0]);
}

/** What is wrong with what one member says by itself. */
function viewFlaws(view: MemberView, { lacks, voters }: ClusterExpectation): readonly string[] {
  const { node, members } = view;
  const flaws: string[] = [];
  // A leader is told in one answer with the ids: where these are missing, so may the leader be.
  const hasId = view.clusterId !== null || lacks["cluster-id"] !== undefined;
  if (view.leaderId === null && hasId && view.memberId !== null) flaws.push(`${node} knows of no leader`);
  if (view.alarms !== null && view.alarms.length > 0) flaws.push(`${node} has alarms: ${view.alarms.join(", ")}`);
  if (members === null) return flaws;
  if (members.length !== voters) flaws.push(`${node} lists ${members.length} members, not ${voters}`);
  const learners = members.filter((member) => member.isLearner);
  if (learners.length > 0) flaws.push(`${node} lists ${learners.length} learner(s)`);
  const isNamed = lacks["member-names"] === undefined;
  const unstarted = members.filter((member) => isNamed && member.name === "");
  if (unstarted.length > 0) flaws.push(`${node} lists ${unstarted.length} member(s) that never started`);
  const ids = new Set(members.map((member) => member.memberId));
  if (ids.size !== members.length) flaws.push(`${node} lists the same member id twice`);
  if (view.memberId !== null && !ids.has(view.memberId)) flaws.push(`${node} is not in its own member list`);
  if (view.leaderId !== null && !ids.has(view.leaderId)) flaws.push(`the leader that ${node} names is not in its list`);
  return flaws;
}

/** Comparable hashes must be equal; each pair counts, also when a third member's is missing. */
function hashFlaws(views: readonly MemberView[]): readonly string[] {
  const byGround = new Map<string, Set<string>>();
  for (const view of views) {
    const ground = groundOf(view);
    if (ground === null || view.stateHash === null) continue;
    byGround.set(ground, (byGround.get(ground) ?? new Set<string>()).add(view.stateHash.hash));
  }
  return [...byGround.values()].some((hashes) => hashes.size > 1)
    ? ["members hold different data (hashes of the same revision differ)"]
    : [];
}

function groundOf(view: MemberView | undefined): string | null {
  const hash = view?.stateHash ?? null;
  return hash === null ? null : `${hash.revision}/${hash.compactRevision}`;
}

function listText(members: readonly ListedMember[]): string {
  const lines = members.map((member) =>
    JSON.stringify([
      member.memberId,
      member.name,
      member.peerUrls.toSorted(),
      member.clientUrls.toSorted(),
      member.isLearner,
    ]),
  );
  return lines.sort().join("\n");
}

/** Whether all are equal. What a member did not say is no difference. */
function same(values: readonly (string | null)[]): boolean {
  return new Set(values.filter((value) => value !== null)).size <= 1;
}
