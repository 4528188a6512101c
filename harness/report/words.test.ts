import fc from "fast-check";
import { expect, test } from "vitest";
import { handMadeResult } from "../../fixtures/reports/hand-made-result.ts";
import { count, secondsNumber } from "./numbers.ts";
import {
  faultProgress,
  highEndOfLoss,
  lostWrites,
  objectiveNumbers,
  pageProgress,
  recoveryTime,
  recoveryTimeExplained,
  sentence,
  stepOutcome,
  worstFirst,
  writeAccount,
} from "./words.ts";

test("a bound is rounded so that what is printed is still true", () => {
  expect(secondsNumber(1100, "up")).toBe("1.10");
  expect(secondsNumber(30_001, "up")).toBe("30.01");
  expect(secondsNumber(29_999, "down")).toBe("29.99");
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1e7, noNaN: true }), (ms) => {
      const [low, high] = [Number(secondsNumber(ms, "down")), Number(secondsNumber(ms, "up"))];
      expect(low * 1000).toBeLessThanOrEqual(ms + 1e-4);
      expect(high * 1000).toBeGreaterThanOrEqual(ms - 1e-4);
      expect(high - low).toBeLessThan(0.011);
    }),
  );
});

test("a recovery time is an interval, a bound, or not there", () => {
  expect(recoveryTime({ low: 8005, high: 8508, censored: false })).toBe("8.00 to 8.51 s");
  expect(recoveryTime({ low: 299_999, high: null, censored: true })).toBe("more than 299.99 s");
  expect(recoveryTime({ low: null, high: null, censored: false })).toBe("not measured");
  expect(recoveryTime({ low: null, high: null, censored: true })).toBe("not measured");
});

test("null is never zero", () => {
  expect(count(null)).toBe("not known");
  expect(count(0)).toBe("0");
  const { writes } = handMadeResult().measurements;
  expect(lostWrites({ ...writes, lost: null })).toBe("lost writes not known");
  expect(lostWrites({ ...writes, lost: { low: 0, high: 7 } })).toBe("no acknowledged write lost");
  expect(lostWrites({ ...writes, lost: { low: 3, high: 3 }, lostAfterRecoveryPoint: null })).toContain(
    "after the recovery point: not known",
  );
  expect(objectiveNumbers({ id: "recovery-time", limit: 1, measured: null, met: null })).toMatchObject({
    measured: "not measured",
  });
});

test("a loss is a range; with equal ends it is one number, and only a range is explained", () => {
  const { writes } = handMadeResult().measurements;
  const rows = new Map(writeAccount(writes));
  expect(rows.get("lost")).toBe("0 to 122");
  expect(rows.get("lost that had to be kept")).toBe("0 to 121");
  expect(rows.get("lost after the recovery point")).toBe("0 to 120");
  expect(rows.get("keys with a lost write")).toBe("0 to 119");
  expect(rows.get("acknowledged time lost")).toBe("0.00 to 4.57 s");
  expect(highEndOfLoss(writes)).toMatch(/122 writes that were never answered and are not there/);
  expect(highEndOfLoss({ ...writes, lost: { low: 2, high: 3 }, unknownLost: 1 })).toMatch(
    /1 write .* and is not there/,
  );
  const exact = { ...writes, lost: { low: 3, high: 3 }, lostSpanMs: { low: 1234, high: 1234 } };
  expect(highEndOfLoss(exact)).toBeNull();
  expect(highEndOfLoss({ ...writes, lost: null })).toBeNull();
  const exactRows = new Map(writeAccount(exact));
  expect([exactRows.get("lost"), exactRows.get("acknowledged time lost")]).toEqual(["3", "1.23 s"]);
  expect(new Map(writeAccount({ ...writes, lostSpanMs: null })).get("acknowledged time lost")).toBe("not known");
});

test("a time just above its limit never reads as the limit", () => {
  const { limit, measured } = objectiveNumbers({ id: "recovery-time", limit: 30_000, measured: 30_000.4, met: false });
  expect(limit).toBe("at most 30.00 s");
  expect(measured).toBe("30.01 s");
});

test("findings are in the order worst, skipped, passed", () => {
  const [first] = handMadeResult().findings;
  if (first === undefined) throw new Error("the hand-made result has findings");
  const outcomes = ["passed", "skipped", "inconclusive", "failed", "interrupted", "broken"] as const;
  const sorted = worstFirst(outcomes.map((outcome) => ({ ...first, outcome })));
  expect(sorted.map((one) => one.outcome)).toEqual([
    "failed",
    "broken",
    "interrupted",
    "inconclusive",
    "skipped",
    "passed",
  ]);
});

test("only a step that ran and exited with 0 is good", () => {
  expect(stepOutcome({ status: "ran", exitCode: 0 }).ok).toBe(true);
  expect(stepOutcome({ status: "ran", exitCode: 1 })).toEqual({ text: "exit 1", ok: false });
  expect(stepOutcome({ status: "ran", exitCode: null }).ok).toBe(false);
  for (const status of ["timed-out", "skipped", "session-ended"])
    expect(stepOutcome({ status, exitCode: null }).ok).toBe(false);
});

test("a page that was not followed is not said to have been", () => {
  const result = handMadeResult();
  expect(pageProgress(result)).toBe("was followed to its end");
  expect(pageProgress({ ...result, timeline: { ...result.timeline, runbookEndedAtMs: null } })).toContain(
    "not on record",
  );
  expect(pageProgress({ ...result, timeline: { ...result.timeline, runbookStartedAtMs: null } })).toBe("was not begun");
  const { runbook } = result;
  if (runbook === null) throw new Error("no page");
  const steps = runbook.steps.map((step, index) => (index === 2 ? { ...step, exitCode: 1 } : step));
  expect(pageProgress({ ...result, runbook: { ...runbook, steps } })).toContain("not every step");
});

test("a fault is called confirmed only when it was", () => {
  const { fault } = handMadeResult();
  const said = (changes: Partial<typeof fault>): string =>
    faultProgress(handMadeResult({ fault: { ...fault, ...changes } }));
  expect(said({})).toContain("confirmed it");
  expect(said({ proof: "inconclusive" })).toBe("No witness confirmed it.");
  expect(said({ proof: "mismatch" })).toContain("not the fault that was declared");
  expect(said({ injectedAtMs: null })).toBe("It was not injected.");
});

test("a recovery time that the harness's own delays spoiled is not stated as if it were sound", () => {
  const result = handMadeResult();
  expect(recoveryTimeExplained(result)).toBe("8.00 to 8.51 s");
  for (const outcome of ["inconclusive", "failed", "skipped"] as const) {
    const findings = result.findings.map((one) => (one.checkId === "time-trustworthy" ? { ...one, outcome } : one));
    expect(recoveryTimeExplained({ ...result, findings })).toContain("not to be trusted");
  }
  expect(recoveryTimeExplained({ ...result, findings: [] })).toContain("not to be trusted");
});

test("a text becomes a sentence only where it is none", () => {
  expect(sentence("the leader survives")).toBe("The leader survives.");
  expect(sentence("Done! ")).toBe("Done!");
});

test("where nobody acts, the recovery time says how long it took after the fault had ended", () => {
  const result = handMadeResult();
  expect(recoveryTimeExplained(result)).not.toContain("after the fault");
  const timeline = { ...result.timeline, runbookStartedAtMs: null, runbookEndedAtMs: null, faultEndedAtMs: 15_000 };
  expect(recoveryTimeExplained({ ...result, runbook: null, timeline })).toContain(
    "0.57 s of it after the fault had ended",
  );
});
