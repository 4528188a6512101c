/** The page can be read, its commands are bash, and what it says of its steps is so. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseRunbook, stepsOf } from "../../harness/runbook/index.ts";

const PAGE = "runbook.md";
const page = parseRunbook(readFileSync(new URL(PAGE, import.meta.url), "utf8"), PAGE);
const steps = stepsOf(page);

/** Commands that change a member, its files, or the cluster. */
const ACTING = /nodectl (start|stop)|member (add|remove|update|promote)|move-leader|sed -i|\b(rm|mv|cp|put|del)\b/;

test("the page has no problem, and every block of it is a step", () => {
  expect(page.problems).toEqual([]);
  expect(steps.length).toBeGreaterThan(0);
  expect(steps).toHaveLength(page.blocks.length);
});

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

test("no command gives etcdctl its endpoints twice, which it refuses", () => {
  expect(steps.filter((step) => step.text.includes("--endpoints"))).toEqual([]);
});

test.each(steps)("$id is bash", ({ text }) => {
  expect(() => execFileSync("bash", ["-n"], { input: text, stdio: ["pipe", "ignore", "pipe"] })).not.toThrow();
});
