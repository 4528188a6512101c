import { expect, test } from "vitest";
import { healthyView, silentView } from "../fake-cluster.ts";
import { leaderAndLost, spareMachines, survivorAndLost } from "./lost-roles.ts";
import type { RoleBinding } from "../cluster.ts";

const spare = (node: string) => ({ ...silentView(node), reason: "connection-refused" });
const byRole = (bindings: readonly RoleBinding[]): Readonly<Record<string, string | null>> =>
  Object.fromEntries(bindings.map(({ role, node }) => [role, node]));

const BEFORE = [healthyView("n1"), healthyView("n2"), healthyView("n3"), spare("n4"), spare("n5")];
const AFTER = [silentView("n1"), silentView("n2"), healthyView("n3"), spare("n4"), spare("n5")];

test("who is spare is known from before; afterwards they are as silent as the lost ones", () => {
  const prepared = spareMachines(BEFORE);
  expect(byRole(prepared)).toEqual({ "new-1": "n4", "new-2": "n5" });
  expect(byRole(survivorAndLost(AFTER, prepared))).toEqual({ survivor: "n3", "lost-1": "n1", "lost-2": "n2" });
});

test("two members that answer are a finding, not a choice", () => {
  const views = AFTER.map((view) => (view.node === "n1" ? healthyView("n1") : view));
  expect(Object.values(byRole(survivorAndLost(views, spareMachines(BEFORE))))).toEqual([null, null, null]);
});

test("a healthy cluster taken for a broken one: its leader survives", () => {
  const prepared = spareMachines(BEFORE);
  expect(byRole(leaderAndLost(BEFORE, prepared))).toEqual({ survivor: "n1", "lost-1": "n2", "lost-2": "n3" });
});
