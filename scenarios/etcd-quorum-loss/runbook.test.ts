/** What this page says of its steps is so; what holds of every page is in ../pages.test.ts. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseRunbook, stepsOf } from "../../harness/runbook/index.ts";

const PAGE = "runbook.md";
const page = parseRunbook(readFileSync(new URL(PAGE, import.meta.url), "utf8"), PAGE);
const steps = stepsOf(page);

/** Commands that change a member, its files, or the cluster. */
const ACTING = /nodectl (start|stop)|member (add|remove|update|promote)|move-leader|sed -i|\b(rm|mv|cp|put|del)\b/;

test("it names the roles that the drill can bind, and no other", () => {
  expect([...new Set(steps.map((step) => step.role))].toSorted()).toEqual([
    "replacement-1",
    "replacement-2",
    "survivor",
    "workstation",
  ]);
});

test("a step that says it only looks does not act; the others do, or wait for what was done", () => {
  const looking = steps.filter((step) => !step.acts);
  expect(looking.map((step) => step.id)).toEqual([
    "confirm-no-leader",
    "confirm-others-gone",
    "check-members",
    "check-hashes",
  ]);
  expect(looking.filter((step) => ACTING.test(step.text))).toEqual([]);
});

test("it begins and ends with a look, so that nothing is touched before the disaster is confirmed", () => {
  expect([steps[0]?.acts, steps[1]?.acts, steps.at(-1)?.acts]).toEqual([false, false, false]);
});

test("the flag goes in once and comes out again before the first replacement is added", () => {
  const at = (id: string): number => steps.findIndex((step) => step.id === id);
  const touching = steps.filter((step) => /sed -i.*--force-new-cluster/.test(step.text)).map((step) => step.id);
  expect(touching).toEqual(["force-new-cluster", "remove-flag"]);
  expect(at("remove-flag")).toBeLessThan(at("add-replacement-1"));
});
