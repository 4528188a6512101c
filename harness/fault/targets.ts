/**
 * Which nodes a fault hits: a word, resolved when the fault is armed from what the members say then, and recorded. Where
 * several fit, the seed chooses. Not its business: what is done to them.
 */
import { DrillError, type Random } from "../core/index.ts";
import type { MemberView } from "../ledger/index.ts";
import type { ClusterNode } from "../system/index.ts";
import type { ArmOptions } from "./fault.ts";
import { leaderAmong, leadsItself } from "./leader.ts";

/**
 * - `one`: any member. `leader`, `a-follower`, `followers` (all of them): by whom the members name as the leader.
 * - `minority`, `majority`: the largest number of members without which there still is a quorum, and one more.
 * - `freshest`, `stalest`: the member that has most or least, by revision and then by raft index; of a store without revisions by
 *   the last entry in its folder.
 * - `all`: every member.
 */
export type TargetWord =
  | "one"
  | "leader"
  | "a-follower"
  | "followers"
  | "minority"
  | "majority"
  | "freshest"
  | "stalest"
  | "all";

/** A word, or nodes by name. */
export type Targets = TargetWord | { readonly nodes: readonly string[] };

/** What a word stands for now. */
export interface ChosenTargets {
  readonly nodes: readonly ClusterNode[];
  /** The word, and how the nodes were found, for the record. */
  readonly chosen: string;
}

export interface ChoosingTargets {
  readonly nodes: readonly ClusterNode[];
  readonly views: readonly MemberView[];
  /** A stream of the run's own randomness. */
  readonly random: Random;
}

/** The words, for messages and for what a fault says of itself. */
export function targetWords(targets: Targets): string {
  return typeof targets === "string" ? targets : targets.nodes.join(", ");
}

/**
 * Resolves the word among the members that answer; a node without a member is never chosen by a word.
 * @throws DrillError `harness` when it fits nobody, or a node of that name is not there.
 */
export function chooseTargets(targets: Targets, choosing: ChoosingTargets): ChosenTargets {
  const { nodes, views } = choosing;
  if (typeof targets !== "string") {
    const named = targets.nodes.map((name) => nodeOf(nodes, name));
    return { nodes: named, chosen: `${targetWords(targets)}, by name` };
  }
  const members = views
    .filter((view) => view.answered && view.memberId !== null)
    .toSorted((a, b) => (a.node < b.node ? -1 : 1));
  const { count, among, because } = candidatesOf(targets, members, nodes);
  if (count < 1 || among.length < count) {
    throw new DrillError("harness", "fault", `${targets} fits nobody: ${members.length} members answer`);
  }
  const picked = shuffled(among, choosing.random).slice(0, count);
  const names = among.map((view) => view.node).filter((name) => picked.some((view) => view.node === name));
  const bySeed = among.length > count ? `; the seed chose ${names.join(", ")}` : "";
  return { nodes: names.map((name) => nodeOf(nodes, name)), chosen: `${targets}: ${because}${bySeed}` };
}

/** A word for one member, or a name. */
export type SingleTarget = Exclude<Targets, "followers" | "minority" | "majority" | "all">;

/** The one node that is hit, and how it was found. */
export interface ChosenTarget extends ChosenTargets {
  readonly node: ClusterNode;
}

/** @throws DrillError `harness` when it is none, or more than one. */
export function chooseTarget(target: SingleTarget, { cluster, run, views }: ArmOptions): ChosenTarget {
  const chosen = chooseTargets(target, { nodes: cluster.nodes, views, random: run.random.fork("targets") });
  const [node] = chosen.nodes;
  if (node === undefined || chosen.nodes.length > 1)
    throw new DrillError(
      "harness",
      "fault",
      `one member is to be hit, not ${chosen.nodes.length} (${targetWords(target)})`,
    );
  return { ...chosen, node };
}

interface Candidates {
  readonly count: number;
  readonly among: readonly MemberView[];
  readonly because: string;
}

function candidatesOf(word: TargetWord, members: readonly MemberView[], nodes: readonly ClusterNode[]): Candidates {
  const majority = Math.floor(members.length / 2) + 1;
  const of = `of ${members.map((view) => view.node).join(", ")}`;
  switch (word) {
    case "one":
      return { count: 1, among: members, because: of };
    case "all":
      return { count: members.length, among: members, because: of };
    case "minority":
      return { count: members.length - majority, among: members, because: of };
    case "majority":
      return { count: majority, among: members, because: of };
    case "leader":
    case "a-follower":
    case "followers": {
      const leader = leaderAmong(nodes, members, word === "leader" ? "the target" : "one that is spared");
      const among = members.filter((view) => leadsItself(view) === (word === "leader"));
      return { count: word === "followers" ? among.length : 1, among, because: `${leader.name} leads` };
    }
    case "freshest":
      return outermost(members, -1);
    case "stalest":
      return outermost(members, 1);
  }
}

/** How far a member is, by two numbers of which the first counts more, and in words. */
interface Reach {
  readonly view: MemberView;
  readonly far: readonly [bigint, bigint];
  readonly said: string;
}

/** Those that come first; one that does not tell how far it is is none. */
function outermost(members: readonly MemberView[], direction: 1 | -1): Candidates {
  const told = members.flatMap(reachOf);
  const compared = (a: bigint, b: bigint): number => (a === b ? 0 : a > b ? direction : -direction);
  const sorted = told.toSorted((a, b) => compared(a.far[0], b.far[0]) || compared(a.far[1], b.far[1]));
  const among = sorted.filter(({ far }) => far[0] === sorted[0]?.far[0] && far[1] === sorted[0].far[1]);
  return {
    count: 1,
    among: among.map(({ view }) => view),
    because: told.map(({ said, view }) => `${view.node} at ${said}`).join(", "),
  };
}

/** By revision and raft index, as the member itself says; where the store has no revisions, by the last entry in its folder. */
function reachOf(view: MemberView): readonly Reach[] {
  const { appliedIndex, revision, stored } = view;
  if (revision !== null && appliedIndex !== null)
    return [
      { view, far: [BigInt(revision), BigInt(appliedIndex)], said: `revision ${revision}, index ${appliedIndex}` },
    ];
  const { lastIndex, lastTerm } = stored ?? { lastIndex: null, lastTerm: null };
  if (lastIndex === null || lastTerm === null) return [];
  return [{ view, far: [BigInt(lastTerm), BigInt(lastIndex)], said: `term ${lastTerm}, index ${lastIndex}` }];
}

/** Fisher and Yates, by the seed. */
function shuffled<T>(items: readonly T[], random: Random): readonly T[] {
  const result = [...items];
  for (let index = result.length - 1; index > 0; index--) {
    const other = random.integer(index + 1);
    [result[index], result[other]] = [result[other] as T, result[index] as T];
  }
  return result;
}

function nodeOf(nodes: readonly ClusterNode[], name: string): ClusterNode {
  const node = nodes.find((one) => one.name === name);
  if (node === undefined) throw new DrillError("harness", "fault", `there is no node ${name} to be hit`);
  return node;
}
