import { describe, expect, test } from "vitest";
import { entriesOf, healthyLedger, NODES } from "../../fixtures/ledgers/build.ts";
import type { ClusterProbeEntry, ListedMember, MemberView } from "../ledger/index.ts";
import { clusterFlaws, hashesAreComparable, notTold } from "./cluster-flaws.ts";

const expected = { lacks: {} as const, nodes: NODES, voters: 3 };
const good = entriesOf(healthyLedger(), "cluster-probe")[0] as ClusterProbeEntry;

/** The good probe with one node's view changed. */
function withView(node: string, change: Partial<MemberView>): ClusterProbeEntry {
  return { ...good, views: good.views.map((view) => (view.node === node ? { ...view, ...change } : view)) };
}

/** The good probe with the list of one node changed. */
function withList(
  nodes: readonly string[],
  change: (list: readonly ListedMember[]) => readonly ListedMember[],
): ClusterProbeEntry {
  return {
    ...good,
    views: good.views.map((view) =>
      nodes.includes(view.node) ? { ...view, members: change(view.members ?? []) } : view,
    ),
  };
}

const firstChanged =
  (change: Partial<ListedMember>) =>
  (list: readonly ListedMember[]): readonly ListedMember[] =>
    list.map((member, index) => (index === 0 ? { ...member, ...change } : member));

const hash = (revision: string, compactRevision: string, value: string): Partial<MemberView> => ({
  stateHash: { revision, compactRevision, hash: value },
});
const own = good.views[0]?.stateHash;

describe("clusterFlaws", () => {
  test("a whole cluster has none", () => expect(clusterFlaws(good, expected)).toEqual([]));

  const flawed: readonly (readonly [string, ClusterProbeEntry, RegExp])[] = [
    [
      "a node that does not answer",
      withView("n2", { answered: false, reason: "refused" }),
      /^n2 does not answer: refused$/,
    ],
    ["a node that was not asked", { ...good, views: good.views.slice(1) }, /^n1 does not answer$/],
    ["no view at all", { ...good, views: [] }, /n1 does not answer/],
    ["another cluster id", withView("n2", { clusterId: "2" }), /different cluster ids/],
    ["no leader", withView("n3", { leaderId: null }), /n3 knows of no leader/],
    ["another leader", withView("n3", { leaderId: "12" }), /different leaders/],
    ["alarms", withView("n1", { alarms: ["NOSPACE"] }), /n1 has alarms: NOSPACE/],
    ["an own id that is not in the list", withView("n1", { memberId: "99" }), /n1 is not in its own member list/],
    ["two nodes that are one member", withView("n2", { memberId: "11" }), /two nodes answer as the same member/],
    ["a member too few everywhere", withList(NODES, (list) => list.slice(0, 2)), /lists 2 members, not 3/],
    ["a member too few on one", withList(["n3"], (list) => list.slice(0, 2)), /different member lists/],
    ["another name on one", withList(["n3"], firstChanged({ name: "other" })), /different member lists/],
    [
      "another peer URL on one",
      withList(["n3"], firstChanged({ peerUrls: ["https://127.0.0.9:1"] })),
      /different member lists/,
    ],
    ["another client URL on one", withList(["n3"], firstChanged({ clientUrls: [] })), /different member lists/],
    ["a learner", withList(NODES, firstChanged({ isLearner: true })), /lists 1 learner/],
    ["a member that never started", withList(NODES, firstChanged({ name: "" })), /never started/],
    ["one member twice", withList(NODES, firstChanged({ memberId: "12" })), /the same member id twice/],
    [
      "a leader that is not listed",
      { ...good, views: good.views.map((view) => ({ ...view, leaderId: "77" })) },
      /not in its list/,
    ],
    ["hashes that differ", withView("n2", hash(own?.revision ?? "", "0", "other")), /hold different data/],
  ];
  test.each(flawed)("%s", (_what, probe, message) => expect(clusterFlaws(probe, expected).join("\n")).toMatch(message));

  test.each<readonly [string, Partial<MemberView>, string]>([
    ["cluster id", { clusterId: null }, "its cluster id"],
    ["cluster id, nor anything else of its status", { clusterId: null, leaderId: null }, "its cluster id"],
    ["own id", { memberId: null }, "its own id"],
    ["alarms", { alarms: null }, "its alarms"],
    ["list", { members: null }, "its member list"],
  ])("a member that does not tell its %s is no flaw, and is named", (_what, change, what) => {
    expect(clusterFlaws(withView("n2", change), expected)).toEqual([]);
    expect(notTold(withView("n2", change), expected)).toEqual([`n2 does not tell ${what}`]);
    expect(notTold(withView("n2", { ...change, answered: false }), expected)).toEqual([]);
    expect(notTold(withView("n2", change), { ...expected, nodes: ["n1"] })).toEqual([]);
  });

  test("the order of a member list does not matter", () => {
    expect(
      clusterFlaws(
        withList(["n2"], (list) => list.toReversed()),
        expected,
      ),
    ).toEqual([]);
  });

  test("a hash that is absent or of another revision is no flaw, and no proof", () => {
    for (const probe of [
      withView("n2", { stateHash: null }),
      withView("n2", hash("1", "0", "other")),
      withView("n2", hash(own?.revision ?? "", "1", "other")),
    ]) {
      expect(clusterFlaws(probe, expected)).toEqual([]);
      expect(hashesAreComparable(probe, NODES)).toBe(false);
    }
    expect(hashesAreComparable(good, NODES)).toBe(true);
    expect(hashesAreComparable({ ...good, views: [] }, NODES)).toBe(false);
  });

  test("two members with different hashes are a flaw, also while the third gives none", () => {
    const probe = withView("n2", hash(own?.revision ?? "", "0", "other"));
    const views = probe.views.map((view) => (view.node === "n3" ? { ...view, stateHash: null } : view));
    expect(clusterFlaws({ ...probe, views }, expected).join()).toMatch(/different data/);
  });
});
