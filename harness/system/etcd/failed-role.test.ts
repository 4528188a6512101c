import { describe, expect, test } from "vitest";
import type { MemberView } from "../../ledger/index.ts";
import { healthyView, silentView } from "../fake-cluster.ts";
import { failedAndHealthy, leaderTakenForFailed } from "./failed-role.ts";

const holding = (node: string, hash: string | null): MemberView => ({
  ...healthyView(node),
  stateHash: hash === null ? null : { revision: "7", compactRevision: "-1", hash },
});
const bound = (views: readonly MemberView[]): readonly (string | null)[] =>
  failedAndHealthy(views).map(({ node }) => node);

describe("the failed member", () => {
  test.each<[string, readonly MemberView[], readonly (string | null)[]]>([
    ["the only silent one", [healthyView("n1"), silentView("n2"), healthyView("n3")], ["n2", "n1"]],
    ["one of two silent ones is nobody", [healthyView("n1"), silentView("n2"), silentView("n3")], [null, null]],
    ["the only one with another hash", [holding("n1", "b"), holding("n2", "a"), holding("n3", "a")], ["n1", "n2"]],
    ["nobody where all agree", [holding("n1", "a"), holding("n2", "a"), holding("n3", "a")], [null, null]],
    ["nobody where each differs", [holding("n1", "a"), holding("n2", "b"), holding("n3", "c")], [null, null]],
    ["nobody of two that differ", [holding("n1", "a"), holding("n2", "b")], [null, null]],
    ["nobody where a hash is missing", [holding("n1", "a"), holding("n2", "b"), holding("n3", null)], [null, null]],
    ["one that says nothing of itself", [{ ...healthyView("n1"), memberId: null }, healthyView("n2")], ["n1", "n2"]],
  ])("%s", (_, views, expected) => expect(bound(views)).toEqual(expected));
});

test("who takes a healthy member for a failed one takes the leader", () => {
  const views = ["n1", "n2", "n3"].map((node) => ({ ...healthyView(node), leaderId: "2" }));
  expect(leaderTakenForFailed(views).map(({ node }) => node)).toEqual(["n2", "n1"]);
});
