import { describe, expect, test } from "vitest";
import { healthyLedger } from "../../fixtures/ledgers/build.ts";
import { declaredFailure } from "../../fixtures/ledgers/declaring.ts";
import {
  changed,
  cutAt,
  entriesOf,
  without,
  withEntries,
  withoutItems,
  withPlan,
} from "../../fixtures/ledgers/edit.ts";
import { SABOTEURS } from "../../fixtures/saboteurs/index.ts";
import type { CheckId, Ledger, StepEntry } from "../ledger/index.ts";
import { asDeclared } from "./as-declared.ts";
import { evidenceOf } from "./evidence.ts";
import { judge, type DeclaredResult, type DrillResult, type Finding } from "./index.ts";
import { whereStopped } from "./where-stopped.ts";

/** The synthetic drill with a page that is declared to fail so. */
function declared(ledger: Ledger, ...findings: readonly CheckId[]): Ledger {
  return declaredWith(ledger, findings, []);
}

function declaredWith(ledger: Ledger, findings: readonly CheckId[], alsoPossible: readonly CheckId[]): Ledger {
  return withPlan(ledger, { expected: declaredFailure(findings, ["replace-first"], alsoPossible) });
}

function judged(ledger: Ledger): { readonly result: DrillResult; readonly declared: DeclaredResult } {
  const result = judge(ledger);
  if (result.declared === null) throw new Error("nothing is declared");
  return { result, declared: result.declared };
}

const stopped = SABOTEURS["every-step-ran"].plant(healthyLedger());
const relapsed = SABOTEURS.converged.plant(healthyLedger());

test("a drill that declares a pass says nothing of a declaration", () => {
  expect(judge(healthyLedger())).toMatchObject({ outcome: "passed", declared: null });
});

test("exactly what is declared failed: the true outcome stays, and it is as declared", () => {
  const { result, declared: came } = judged(declared(stopped, "every-step-ran"));
  expect(result.outcome).toBe("failed");
  expect(came).toMatchObject({ asDeclared: true, countsAs: "passed", leftOpen: [] });
  expect(came.why).toEqual(["Exactly what is declared failed: every-step-ran. The page stops at replace-first."]);
});

test("what the declared failure leaves without data is named, and does not count against it", () => {
  const { result, declared: came } = judged(declared(relapsed, "converged"));
  expect(result.outcome).toBe("failed");
  expect(came).toMatchObject({ asDeclared: true, countsAs: "passed" });
  expect(came.leftOpen).toEqual(["linearizable", "no-fatal-log-line", "recovery-time-within-objective"]);
});

test("what is declared as possible may fail or not; alone it is not what is declared", () => {
  const both = relapsedAndStopped();
  for (const ledger of [both, relapsed]) {
    expect(judged(declaredWith(ledger, ["converged"], ["every-step-ran"])).declared.asDeclared).toBe(true);
  }
  expect(judged(declaredWith(stopped, ["converged"], ["every-step-ran"])).declared.asDeclared).toBe(false);
});

describe("it is not as declared when", () => {
  test("the page passes: the declaration is stale, and the drill fails for that", () => {
    const { result, declared: came } = judged(declared(healthyLedger(), "converged"));
    expect(result.outcome).toBe("failed");
    expect(came).toMatchObject({ asDeclared: false, countsAs: "failed" });
    expect(came.why).toEqual(["converged is declared to fail, and passed: the declaration is stale."]);
  });

  test("it fails for another reason", () => {
    const { declared: came } = judged(declared(stopped, "no-alarm"));
    expect(came).toMatchObject({ asDeclared: false, countsAs: "failed" });
    expect(came.why.join(" ")).toMatch(
      /every-step-ran failed, which is not declared.*no-alarm is declared to fail, and passed/,
    );
  });

  test("something else fails beside what is declared", () => {
    const lost = withoutItems(stopped, (item) => item.key === firstKey(stopped));
    const { declared: came } = judged(declared(lost, "every-step-ran"));
    expect(came).toMatchObject({ asDeclared: false, countsAs: "failed" });
    expect(came.why.join(" ")).toContain("acknowledged-writes-kept failed, which is not declared");
  });

  test.each([
    [["stop-survivor"], "stop-survivor"],
    [["stop-survivor", "check-members"], "stop-survivor or check-members"],
  ])("the page stops at another step than %j, and the declared checks are exactly those that fail", (stopsAt, said) => {
    const elsewhere = withPlan(stopped, { expected: declaredFailure(["every-step-ran"], stopsAt) });
    const { declared: came } = judged(elsewhere);
    expect(came).toMatchObject({ asDeclared: false, countsAs: "failed" });
    expect(came.why).toEqual([
      `The page stops at replace-first (ran, exit 1), and the scenario says that it stops at ${said}.`,
    ]);
  });

  test("the page stops elsewhere where a stop is possible only", () => {
    const ledger = relapsedAndStopped();
    const expected = declaredFailure(["converged"], ["stop-survivor"], ["every-step-ran"]);
    expect(judged(withPlan(ledger, { expected })).declared.asDeclared).toBe(false);
    expect(judged(withPlan(relapsed, { expected })).declared.asDeclared).toBe(true);
  });

  test("a step that is not there to be run stops the page elsewhere", () => {
    const ledger = withPlan(stoppedBy({ exitCode: 127 }), { expected: declaredFailure(["every-step-ran"], ["check"]) });
    expect(judged(ledger).declared.asDeclared).toBe(false);
  });

  test("the page is followed to its end, and a block of it is nobody's", () => {
    const extra = changed(healthyLedger(), "runbook", (one) => ({ ...one, blocks: one.blocks + 1 }));
    const { declared: came } = judged(declared(extra, "every-step-ran"));
    expect(came).toMatchObject({ asDeclared: false, countsAs: "failed" });
    expect(came.why.join(" ")).toMatch(/^The page is followed to its end, and the scenario says/);
  });

  test("only a part of what is declared fails", () => {
    expect(judged(declared(stopped, "every-step-ran", "converged")).declared).toMatchObject({ asDeclared: false });
  });
});

describe("it is not decided when", () => {
  test("a check is undecided that the declared failure does not explain", () => {
    const unheard = changed(stopped, "loop-lag", (one) => (one.loop === "drill" ? { ...one, maxLagMs: 280 } : one));
    const { declared: came } = judged(declared(unheard, "every-step-ran"));
    expect(came).toMatchObject({ asDeclared: null, countsAs: "inconclusive" });
    expect(came.why.join(" ")).toContain("time-trustworthy is inconclusive, and no declared failure explains that");
  });

  test("the failure that would explain it is not a declared one that failed", () => {
    const { declared: came } = judged(declared(changedToUnread(stopped), "every-step-ran"));
    expect(came).toMatchObject({ asDeclared: null, countsAs: "inconclusive" });
    expect(came.why.join(" ")).toContain("acknowledged-writes-kept is inconclusive");
  });

  test("the harness was in trouble: what is found then is no proof", () => {
    const trouble = { kind: "trouble", outcome: "broken", phase: "runbook", message: "out of memory" } as const;
    const { result, declared: came } = judged(
      declared(withEntries(stopped, [{ ...trouble, atMs: 20_000 }]), "every-step-ran"),
    );
    expect(result.outcome).toBe("broken");
    expect(came).toMatchObject({ asDeclared: null, countsAs: "broken" });
  });

  test("the run was cut short", () => {
    const { declared: came } = judged(declared(cutAt(stopped, 20_000), "every-step-ran"));
    expect(came).toMatchObject({ asDeclared: null, countsAs: "interrupted" });
  });

  test.each([126, 127, null])("the step at which the page is to stop could not be run: exit %j", (exitCode) => {
    const { declared: came } = judged(declared(stoppedBy({ exitCode }), "every-step-ran"));
    expect(came).toMatchObject({ asDeclared: null, countsAs: "inconclusive" });
    expect(came.why).toEqual([
      `The page's step replace-first could not be run (ran, exit ${exitCode}), so that it is not known where the page stops.`,
    ]);
  });

  test("it is not on record that the page was followed to its last step", () => {
    const unended = without(stopped, "runbook", (one) => one.event === "ended" && one.part === "recovery");
    const { declared: came } = judged(declared(unended, "every-step-ran"));
    expect(came.asDeclared).toBeNull();
    expect(came.why).toContain("It is not on record that the page was followed.");
  });

  test("the page stops before the disaster, and at the declared step too", () => {
    const [first] = entriesOf(stopped, "step");
    if (first === undefined) throw new Error("no step is on record");
    const before = { ...first, id: "prepare", part: "preparation", status: "ran", exitCode: 1 } as const;
    const { declared: came } = judged(declared(withEntries(stopped, [before]), "every-step-ran"));
    expect(came.asDeclared).toBeNull();
    expect(came.why.join(" ")).toContain("The page's preparation stopped at prepare");
  });

  test("the harness was in trouble, and the page stopped elsewhere", () => {
    const trouble = { kind: "trouble", outcome: "broken", phase: "runbook", message: "out of memory" } as const;
    const ledger = withEntries(stopped, [{ ...trouble, atMs: 20_000 }]);
    const expected = declaredFailure(["every-step-ran"], ["stop-survivor"]);
    expect(judged(withPlan(ledger, { expected })).declared).toMatchObject({ asDeclared: null, countsAs: "broken" });
  });

  test("a check was interrupted", () => {
    const plan = declared(stopped, "every-step-ran").header.plan.expected;
    const findings = judge(stopped).findings.map((one): Finding =>
      one.checkId === "no-alarm" ? { ...one, outcome: "interrupted" } : one,
    );
    const stop = whereStopped(evidenceOf(stopped));
    expect(asDeclared(plan, { findings, gapsOf: () => [], reasons: [], stop })).toMatchObject({
      asDeclared: null,
      countsAs: "interrupted",
    });
  });

  test("something outlived the run", () => {
    const residue = changed(stopped, "residue", (one) => ({ ...one, processes: ["7 etcd"] }));
    expect(judged(declared(residue, "every-step-ran")).declared).toMatchObject({
      asDeclared: null,
      countsAs: "broken",
    });
  });
});

/** The page stops at the same step, in this way. */
function stoppedBy(how: Partial<StepEntry>): Ledger {
  return changed(healthyLedger(), "step", (one) => (one.id === "replace-first" ? { ...one, ...how } : one));
}

/** A key that every member holds in the end. */
function firstKey(ledger: Ledger): string {
  const part = ledger.entries.find((entry) => entry.kind === "read-back" && entry.items.length > 0);
  const key = part?.kind === "read-back" ? part.items[0]?.key : undefined;
  if (key === undefined) throw new Error("nothing was read back");
  return key;
}

/** One member was not read back to its end. */
function changedToUnread(ledger: Ledger): Ledger {
  return changed(ledger, "read-back-end", (one) => (one.node === "n3" ? { ...one, complete: false } : one));
}

/** A step fails, and steady state does not hold either. */
function relapsedAndStopped(): Ledger {
  return SABOTEURS["every-step-ran"].plant(relapsed);
}
