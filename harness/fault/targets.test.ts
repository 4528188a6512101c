import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { seededRandom } from "../core/index.ts";
import type { MemberView } from "../ledger/index.ts";
import { fakeCluster, healthyView, silentView } from "../system/fake-cluster.ts";
import { chooseTargets, type TargetWord } from "./targets.ts";
import "../../fixtures/property-seed.ts";

const named = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `n${index + 1}`);

function chosenBy(word: TargetWord, views: readonly MemberView[], seed = 1): readonly string[] {
  const { nodes } = fakeCluster({ nodes: views.map((view) => view.node) });
  return chooseTargets(word, { nodes, views, random: seededRandom(seed).fork("targets") }).nodes.map(
    (node) => node.name,
  );
}

describe("a word", () => {
  test.each([
    [1, 1, 0],
    [2, 2, 0],
    [3, 2, 1],
    [4, 3, 1],
    [5, 3, 2],
    [9, 5, 4],
  ])("of %i members: a majority is %i, and a minority %i", (members, majority, minority) => {
    const views = named(members).map((node) => healthyView(node));
    expect(chosenBy("majority", views)).toHaveLength(majority);
    expect(chosenBy("all", views)).toHaveLength(members);
    if (minority === 0) expect(() => chosenBy("minority", views)).toThrow("fits nobody");
    else expect(chosenBy("minority", views)).toHaveLength(minority);
  });

  test("leader is whom the members name, and a-follower is anybody else", () => {
    const views = named(3).map((node) => ({ ...healthyView(node), leaderId: "2" }));
    expect(chosenBy("leader", views)).toEqual(["n2"]);
    expect(chosenBy("followers", views, 1)).toEqual(["n1", "n3"]);
    const followers = new Set(Array.from({ length: 30 }, (_, seed) => chosenBy("a-follower", views, seed)[0]));
    expect(followers).toEqual(new Set(["n1", "n3"]));
    expect(() => chosenBy("leader", [...views.slice(1), { ...healthyView("n1"), leaderId: "1" }])).toThrow(
      "do not agree",
    );
  });

  test("freshest and stalest go by revision and then by applied index; only equal ones are left to the seed", () => {
    const at = (node: string, revision: string, appliedIndex: string): MemberView => ({
      ...healthyView(node, revision),
      appliedIndex,
    });
    const views = [at("n1", "10", "7"), at("n2", "9", "99"), at("n3", "10", "8")];
    expect(chosenBy("freshest", views)).toEqual(["n3"]);
    expect(chosenBy("stalest", views)).toEqual(["n2"]);
    expect(chosenBy("freshest", [at("n1", "9007199254740993", "1"), at("n2", "9007199254740992", "1")])).toEqual([
      "n1",
    ]);
    const equal = [at("n1", "10", "7"), at("n2", "10", "7"), at("n3", "9", "1")];
    expect(new Set(Array.from({ length: 30 }, (_, seed) => chosenBy("freshest", equal, seed)[0])).size).toBe(2);
  });

  test("freshest and stalest of a store without revisions go by the last entry in the folders: its term, then its index", () => {
    const at = (node: string, lastTerm: string | null, lastIndex: string | null): MemberView => ({
      ...healthyView(node),
      revision: null,
      stored: { lastTerm, lastIndex, namedIndex: null, writtenAtUnixMs: null, flaws: [] },
    });
    const views = [at("n1", "2", "900"), at("n2", "10", "7"), at("n3", "10", "6")];
    expect(chosenBy("freshest", views)).toEqual(["n2"]);
    expect(chosenBy("stalest", views)).toEqual(["n1"]);
    expect(() => chosenBy("stalest", [at("n1", null, null), { ...views[1], stored: null } as MemberView])).toThrow(
      "fits nobody",
    );
  });

  test("fits no node without a member", () => {
    const views = [...named(2).map((node) => healthyView(node)), silentView("n3")];
    expect(chosenBy("all", views)).toEqual(["n1", "n2"]);
    expect(() => chosenBy("one", [silentView("n1")])).toThrow("fits nobody");
  });
});

test("the same seed chooses the same nodes, each of them once, and says that it chose", () => {
  const word = fc.constantFrom<TargetWord>("one", "a-follower", "minority", "majority", "all", "stalest");
  fc.assert(
    fc.property(word, fc.integer({ min: 3, max: 9 }), fc.integer(), (targets, members, seed) => {
      const views = named(members).map((node) => healthyView(node));
      const names = chosenBy(targets, views, seed);
      expect(names).toEqual(chosenBy(targets, views.toReversed(), seed));
      expect(new Set(names).size).toBe(names.length);
      const { nodes } = fakeCluster({ nodes: named(members) });
      const { chosen } = chooseTargets(targets, { nodes, views, random: seededRandom(seed).fork("targets") });
      expect(chosen.startsWith(`${targets}: `)).toBe(true);
      expect(chosen.includes("the seed chose")).toBe(targets !== "all");
    }),
  );
});

test("nodes by name are those, also without a member; a name that is not there is refused", () => {
  const { nodes } = fakeCluster({ nodes: named(3) });
  const choosing = { nodes, views: [], random: seededRandom(1).fork("targets") };
  expect(chooseTargets({ nodes: ["n3"] }, choosing).nodes.map((node) => node.name)).toEqual(["n3"]);
  expect(() => chooseTargets({ nodes: ["n4"] }, choosing)).toThrow("no node n4");
});
