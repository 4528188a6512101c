import { describe, expect, test } from "vitest";
import { healthyLedger } from "../../fixtures/ledgers/build.ts";
import { changed, cutAt, withEntries, withoutItems, withPlan } from "../../fixtures/ledgers/edit.ts";
import { SABOTEURS } from "../../fixtures/saboteurs/index.ts";
import type { CheckId, Ledger } from "../ledger/index.ts";
import { asDeclared } from "./as-declared.ts";
import { judge, type DeclaredResult, type DrillResult, type Finding } from "./index.ts";

/** The synthetic drill with a page that is declared to fail so. */
function declared(ledger: Ledger, ...findings: readonly CheckId[]): Ledger {
  return declaredWith(ledger, findings, []);
}

function declaredWith(ledger: Ledger, findings: readonly CheckId[], alsoPossible: readonly CheckId[]): Ledger {
  return withPlan(ledger, {
    expected: { kind: "failed", findings, alsoPossible, because: "It cannot.", story: "A story" },
  });
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
  expect(came.why).toEqual(["Exactly what is declared failed: every-step-ran."]);
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

  test("a check was interrupted", () => {
    const plan = declared(stopped, "every-step-ran").header.plan.expected;
    const findings = judge(stopped).findings.map((one): Finding =>
      one.checkId === "no-alarm" ? { ...one, outcome: "interrupted" } : one,
    );
    expect(asDeclared(plan, { findings, gapsOf: () => [], reasons: [] })).toMatchObject({
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
