import { expect, test } from "vitest";
import type { MemberView } from "../../ledger/index.ts";
import { healthyView, silentView } from "../fake-cluster.ts";
import { goodAndNew } from "./good-and-new.ts";

const withStore = (view: MemberView): MemberView => ({
  ...view,
  stored: { lastTerm: "1", lastIndex: "9", namedIndex: null, writtenAtUnixMs: null, flaws: [] },
});
const roles = (views: readonly MemberView[]): Readonly<Record<string, string | null>> =>
  Object.fromEntries(goodAndNew(views).map(({ role, node }) => [role, node]));

test("the one with a store is good, whether it answers or not, and the others are new", () => {
  for (const left of [healthyView("n2"), silentView("n2")])
    expect(roles([silentView("n3"), withStore(left), silentView("n1")])).toEqual({
      good: "n2",
      "new-1": "n1",
      "new-2": "n3",
    });
});

test("nobody is good where no node has a store, and where two have", () => {
  expect(roles([silentView("n1"), silentView("n2")])["good"]).toBeNull();
  expect(roles([withStore(silentView("n1")), withStore(silentView("n2")), silentView("n3")])).toEqual({
    good: null,
    "new-1": "n3",
  });
});
