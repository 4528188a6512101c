/** The page: its roles, and its steps to the last. */
import type { Ledger, LedgerEntry, StepEntry } from "../../ledger/index.ts";
import { expect, test } from "vitest";
import { changed, healthyLedger, without, withPlan } from "../../../fixtures/ledgers/build.ts";
import { judge } from "../judge.ts";
import { describePlanted, type Planted } from "../../../fixtures/ledgers/planted.ts";

const healthy = healthyLedger();

const AFTER = { choice: "look", values: ["after", "later"] } as const;

/** The ledger of a page that leaves open when one looks; its step "look" is for those who look after. */
function readAs(value: string, change: (look: StepEntry) => LedgerEntry): Ledger {
  const ledger = changed(healthy, "step", (one) => (one.id === "look" ? change({ ...one, onlyIf: AFTER }) : one));
  return withPlan(ledger, { reading: { look: value } });
}

test("a step of another reading is on record, and is not missed", () => {
  const ledger = readAs("before", (one) => ({
    ...one,
    status: "not-chosen",
    exitCode: null,
    startMs: null,
    endMs: null,
  }));
  const { findings, outcome, runbook } = judge(ledger);
  expect(findings.find(({ checkId }) => checkId === "every-step-ran")).toMatchObject({
    outcome: "passed",
    summary: "All 6 steps ran and exited with 0; 1 are of other readings; 1 more blocks are prose.",
  });
  expect(outcome).toBe("passed");
  expect(runbook?.steps.map(({ status }) => status)).toContain("not-chosen");
});

const planted: readonly Planted[] = [
  [
    "roles-bound",
    "two members could be the survivor",
    changed(healthy, "role", (one, index) => (index === 0 ? { ...one, node: null, because: "n1 and n2 answer" } : one)),
    "failed",
    /survivor: n1 and n2 answer/,
  ],
  ["roles-bound", "roles come out of nowhere", without(healthy, "diagnosis"), "inconclusive", /no diagnosis/],
  [
    "every-step-ran",
    "a command exits with 1",
    changed(healthy, "step", (one, index) => (index === 4 ? { ...one, exitCode: 1 } : one)),
    "failed",
    /replace-first \(line 25, on n2\) exited with 1/,
  ],
  [
    "every-step-ran",
    "a step is skipped",
    changed(healthy, "step", (one, index) =>
      index === 5 ? { ...one, status: "skipped", exitCode: null, node: null } : one,
    ),
    "failed",
    /replace-second \(line 29\) was skipped/,
  ],
  [
    "every-step-ran",
    "a step times out",
    changed(healthy, "step", (one, index) => (index === 2 ? { ...one, status: "timed-out", exitCode: null } : one)),
    "failed",
    /force-new-cluster .* timed out/,
  ],
  [
    "every-step-ran",
    "a step ends its shell",
    changed(healthy, "step", (one, index) => (index === 2 ? { ...one, status: "session-ended", exitCode: null } : one)),
    "failed",
    /ended its own shell/,
  ],
  [
    "every-step-ran",
    "the page has no step",
    without(
      changed(healthy, "runbook", (one) => ({ ...one, blocks: 1, steps: 0 })),
      "step",
    ),
    "failed",
    /no step/,
  ],
  [
    "every-step-ran",
    "a block is not accounted for",
    changed(healthy, "runbook", (one) => ({ ...one, blocks: 9 })),
    "failed",
    /do not add up/,
  ],
  [
    "every-step-ran",
    "a step is not on record",
    without(healthy, "step", (one) => one.id === "look"),
    "broken",
    /7 steps, and 6/,
  ],
  [
    "every-step-ran",
    "a step of the plan's reading did not run",
    readAs("after", (one) => (one.id === "look" ? { ...one, status: "not-chosen", exitCode: null, node: null } : one)),
    "broken",
    /look \(line \d+, only if look is after or later\) is recorded as not-chosen/,
  ],
  ["every-step-ran", "a step of another reading ran", readAs("before", (one) => one), "broken", /recorded as ran/],
  [
    "every-step-ran",
    "a step for every reading was not chosen",
    changed(healthy, "step", (one, index) => (index === 3 ? { ...one, status: "not-chosen", exitCode: null } : one)),
    "broken",
    /for every reading\) is recorded as not-chosen/,
  ],
  [
    "every-step-ran",
    "a step of the plan's reading is skipped",
    readAs("after", (one) => (one.id === "look" ? { ...one, status: "skipped", exitCode: null, node: null } : one)),
    "failed",
    /look .* was skipped/,
  ],
  [
    "every-step-ran",
    "no step is left in this reading",
    withPlan(
      changed(healthy, "step", (one) => ({ ...one, onlyIf: AFTER, status: "not-chosen", exitCode: null })),
      { reading: { look: "before" } },
    ),
    "failed",
    /In this reading the page has no step/,
  ],
  [
    "every-step-ran",
    "the page was cut short",
    without(healthy, "runbook", (one) => one.event === "ended"),
    "inconclusive",
    /not followed to its end/,
  ],
];

describePlanted(planted);
