import { describe, expect, test } from "vitest";
import { survivorAndLost, survivorAndReplacements, type RoleBinder } from "../system/index.ts";
import { healthyView, silentView } from "../system/fake-cluster.ts";
import { bindRoles } from "./bind-roles.ts";

const VIEWS = [silentView("n1"), healthyView("n2"), silentView("n3")];

test("roles that follow from the views are passed on", () => {
  expect(bindRoles(survivorAndReplacements, VIEWS).map(({ role, node }) => [role, node])).toEqual([
    ["survivor", "n2"],
    ["replacement-1", "n1"],
    ["replacement-2", "n3"],
  ]);
});

test("roles that nobody fits are passed on", () => {
  const nobody = [silentView("n1"), silentView("n2")];
  expect(bindRoles(survivorAndReplacements, nobody).map(({ node }) => node)).toEqual([null, null]);
});

test("what the preparation has bound may tell, under the same other names", () => {
  const prepared = [{ role: "new-1", node: "n3", because: "" }];
  expect(bindRoles(survivorAndLost, VIEWS, prepared).map(({ role, node }) => [role, node])).toEqual([
    ["survivor", "n2"],
    ["lost-1", "n1"],
  ]);
});

describe("a binder that knows more is refused", () => {
  const bound = (node: string | undefined): ReturnType<RoleBinder> => [
    { role: "survivor", node: node ?? null, because: "" },
  ];
  test.each<readonly [string, RoleBinder]>([
    ["the name of the node that the fault spares", () => bound("n2")],
    [
      "the name, and looks only whether it answers",
      (views) => bound(views.find((view) => view.node === "n2" && view.answered)?.node),
    ],
    [
      "the place of the node that the fault spares",
      (views) => bound(views[1]?.node === "n2" ? views[1].node : views[0]?.node),
    ],
    ["the place alone", (views) => bound(views[0]?.node)],
  ])("%s", (_, binder) => {
    expect(() => bindRoles(binder, VIEWS)).toThrow("knows more than what the members say");
  });
});
