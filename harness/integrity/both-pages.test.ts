import { describe, expect, test } from "vitest";
import { handMadeResult } from "../../fixtures/reports/hand-made-result.ts";
import type { Outcome } from "../core/index.ts";
import type { CheckId } from "../ledger/index.ts";
import {
  judgeBothPages,
  serializeBothPages,
  type BothPages,
  type BothPagesResult,
  type DeclaredResult,
  type DrillResult,
  type Finding,
} from "./index.ts";
import type { ForkResult } from "./result.ts";

const DECLARED: DeclaredResult = {
  findings: ["converged"],
  because: "It cannot.",
  story: "A story",
  asDeclared: true,
  countsAs: "passed",
  leftOpen: ["linearizable"],
  why: ["Exactly what is declared failed: converged."],
};

const first = (declared: Partial<DeclaredResult> = {}, outcome: Outcome = "failed"): DrillResult =>
  handMadeResult({ outcome, declared: { ...DECLARED, ...declared } });
const second = (changes: Partial<DrillResult> = {}): DrillResult =>
  handMadeResult({ page: "corrected", runId: "20260102T030505Z-etcd-quorum-loss-0002", ...changes });
const both = (
  asWritten: DrillResult,
  corrected: DrillResult | Exclude<BothPages["corrected"], { readonly result: unknown }>,
): BothPagesResult =>
  judgeBothPages({
    asWritten: { result: asWritten, problems: [] },
    corrected: "runId" in corrected ? { result: corrected, problems: [] } : corrected,
  });

const forkOf = (runId: string): ForkResult => ({ runId, atMs: 11_010, restarted: [], backAfterMs: 0 });
const withOutcome = (checkId: CheckId, outcome: Finding["outcome"]): readonly Finding[] =>
  handMadeResult().findings.map((one) => (one.checkId === checkId ? { ...one, outcome } : one));

test("it passes when the page as written failed exactly as declared and the corrected page passed", () => {
  const verdict = both(first(), second());
  expect(verdict).toMatchObject({ outcome: "passed", because: [] });
  expect(verdict.asWritten.outcome).toBe("failed");
  expect(JSON.parse(serializeBothPages(verdict))).toEqual(verdict);
});

describe("it is never green when", () => {
  const not = { asDeclared: false, countsAs: "failed", why: ["no-alarm failed, which is not declared"] } as const;
  const open = { asDeclared: null, countsAs: "interrupted", why: ["The record was cut short"] } as const;
  test.each<readonly [string, DrillResult, Parameters<typeof both>[1], Outcome, string]>([
    ["the page as written fails for another reason", first(not), second(), "failed", "no-alarm failed"],
    ["the page as written passes", first({ ...not, why: ["stale"] }), second(), "failed", "As written: stale"],
    ["the page as written is not decided", first(open, "interrupted"), second(), "interrupted", "cut short"],
    ["the corrected page fails", first(), second({ outcome: "failed" }), "failed", "The corrected page: failed"],
    ["the corrected page is inconclusive", first(), second({ outcome: "inconclusive" }), "inconclusive", "corrected"],
    [
      "the corrected page never ran",
      first(),
      { outcome: "interrupted", because: "the command was interrupted" },
      "interrupted",
      "was not followed",
    ],
    ["the corrected page could not start", first(), { outcome: "broken", because: "no page" }, "broken", "no page"],
    ["the second run is of another drill", first(), second({ drillId: "other" }), "broken", "not the same drill"],
    ["the second run is another disaster", first(), second({ seed: 8 }), "broken", "not the same drill"],
    ["the second run follows the same page", first(), second({ page: "as-written" }), "broken", "not the same drill"],
    ["the second run is a control", first(), second({ control: "no-fault" }), "broken", "not the same drill"],
    [
      "the second run is a fork of another one",
      first(),
      second({ fork: forkOf("another") }),
      "broken",
      "from another run",
    ],
    [
      "what the page as written fails is skipped with the corrected page",
      first(),
      second({ findings: withOutcome("converged", "skipped") }),
      "inconclusive",
      "does not show that converged is put right: it is skipped",
    ],
    [
      "what the page as written fails is not judged with the corrected page",
      first(),
      second({ findings: [] }),
      "inconclusive",
      "does not show that converged is put right: it was not judged",
    ],
    [
      "the page as written is not decided, and nobody says why",
      first({ asDeclared: null, countsAs: "passed", why: [] }),
      second(),
      "inconclusive",
      "As written: it is not known",
    ],
  ])("%s", (_what, asWritten, corrected, outcome, said) => {
    const verdict = both(asWritten, corrected);
    expect(verdict.outcome).toBe(outcome);
    expect(verdict.because.join(" ")).toContain(said);
  });

  test("a run had a problem outside its record", () => {
    const full = ["the disk was full"];
    const pages = { asWritten: { result: first(), problems: full }, corrected: { result: second(), problems: [] } };
    expect(judgeBothPages(pages).outcome).toBe("broken");
    const other = { asWritten: { result: first(), problems: [] }, corrected: { result: second(), problems: full } };
    expect(judgeBothPages(other).outcome).toBe("broken");
  });
});

test("a fork of the very run of the page as written is the same disaster", () => {
  expect(both(first(), second({ fork: forkOf(first().runId) })).outcome).toBe("passed");
});

test("a drill that declares no failure has nothing to be compared with", () => {
  expect(() => both(handMadeResult(), second())).toThrow(RangeError);
});
