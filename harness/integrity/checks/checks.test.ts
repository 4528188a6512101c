/** What is so of every check: the healthy drill passes it, it does not decide without data, and it has its words. Planted bugs are in files of their own. */
import { expect, test } from "vitest";
import { AT, cutAt, healthyLedger } from "../../../fixtures/ledgers/build.ts";
import { findingOf } from "../../../fixtures/ledgers/planted.ts";
import type { CheckId, Ledger } from "../../ledger/index.ts";
import { CHECKS, judge } from "../index.ts";

const healthy = healthyLedger();

/** The checks of the drill itself; those of its controls are in controls.test.ts. */
const ofTheDrill = (Object.keys(CHECKS) as CheckId[]).filter((id) =>
  healthy.header.plan.checks.some((plan) => plan.id === id),
);

test("the healthy drill passes every check", () => {
  const result = judge(healthy);
  expect(result.findings.filter((one) => one.outcome !== "passed")).toEqual([]);
  expect(result.outcome).toBe("passed");
});

// That every check is caught out by a defect of its own is proven in fixtures/saboteurs/matrix.test.ts.
test("every check has its words", () => {
  for (const [id, check] of Object.entries(CHECKS)) {
    expect(check.id).toBe(id);
    expect(check.title.length).toBeGreaterThan(5);
    expect(check.proves).toMatch(/^[A-Z].*\.$/);
  }
});

test.each(ofTheDrill)("%s does not decide without data", (id) => {
  const empty: Ledger = { ...healthy, entries: [] };
  expect(findingOf(empty, id).outcome).toBe("inconclusive");
  // Of the page's commands all is known before anything is started.
  const early = id === "commands-known" ? "passed" : "inconclusive";
  expect(findingOf(cutAt(healthy, AT.workload), id).outcome).toBe(early);
});
