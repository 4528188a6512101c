import { stripVTControlCharacters } from "node:util";
import { expect, test } from "vitest";
import { handMadeResult } from "../../fixtures/reports/hand-made-result.ts";
import { HOSTILE, spoiled } from "../../fixtures/reports/hostile.ts";
import { renderVerdict } from "./verdict.ts";

const CHECKED = handMadeResult().findings.length;
const PLAIN = { color: false, reportFile: "reports/run/report.html" };

test("the verdict of a drill that passed fits a small screen and holds its numbers", () => {
  const text = renderVerdict(handMadeResult(), PLAIN);
  expect(text.trimEnd().split("\n").length).toBeLessThanOrEqual(12);
  expect(text).toMatch(/^PASSED /);
  expect(text).toContain("8.00 to 8.51 s");
  expect(text).toContain("acknowledged 907, kept 907, lost 0 to 122, unknown 123");
  expect(text).toContain("The high end counts 122 writes that were never answered and are not there");
  expect(text).toContain("force-new-cluster 1.70 s, replace-second 1.10 s, replace-first 1.00 s");
  expect(text).toContain("Recovery time objective, at most 60.00 s: met (measured 8.51 s)");
  expect(text).toContain(`${CHECKED} of ${CHECKED} passed`);
  expect(text).toContain("reports/run/report.html");
});

test("what did not pass stands in it, worst first", () => {
  const findings = handMadeResult().findings.map((one, index) => ({
    ...one,
    outcome:
      index === 3 ? ("inconclusive" as const) : one.checkId === "every-step-ran" ? ("failed" as const) : one.outcome,
  }));
  const text = renderVerdict(handMadeResult({ outcome: "failed", findings, notes: ["the record was cut"] }), PLAIN);
  expect(text.indexOf("failed every-step-ran")).toBeLessThan(text.indexOf("inconclusive only-the-runbook-acted"));
  expect(text).toContain("failed every-step-ran");
  expect(text).toContain(`${CHECKED - 2} of ${CHECKED} passed`);
  expect(text).toContain("the record was cut");
});

test("lost writes and a recovery that was not seen are said as they are", () => {
  const { measurements } = handMadeResult();
  const text = renderVerdict(
    handMadeResult({
      outcome: "failed",
      measurements: {
        ...measurements,
        parts: [],
        recoveryTimeMs: { low: 300_000, high: null, censored: true },
        writes: {
          ...measurements.writes,
          kept: null,
          lost: { low: 4, high: 4 },
          lostToBeKept: { low: 1, high: 1 },
          lostAfterRecoveryPoint: { low: 3, high: 5 },
          resurrected: 2,
          duplicated: 6,
        },
      },
    }),
    PLAIN,
  );
  expect(text).toContain("more than 300.00 s");
  expect(text).toContain("kept not known, lost 4,");
  expect(text).not.toContain("high end");
  expect(text).toContain("lost that had to be kept: 1; after the recovery point: 3 to 5");
  expect(text).toContain("keys resurrected: 2");
  expect(text).toContain("keys with a write applied again: 6");
});

test("a control run says that it is one", () => {
  expect(renderVerdict(handMadeResult({ control: "no-fault" }), PLAIN)).toContain("control run “no-fault”");
});

test("colour is an addition, and only on request", () => {
  const colored = renderVerdict(handMadeResult(), { ...PLAIN, color: true });
  expect(colored).toContain("\u001b[");
  expect(stripVTControlCharacters(colored)).toBe(renderVerdict(handMadeResult(), PLAIN));
});

test.each(HOSTILE)("%j everywhere neither acts on the terminal nor adds a line", (text) => {
  const failed = handMadeResult({ outcome: "failed", notes: ["note"] });
  const spoil = (by: string): string => renderVerdict(spoiled(failed, by), PLAIN);
  expect(spoil(text)).not.toMatch(/[^\P{C}\n]|[\p{Zl}\p{Zp}]/u);
  expect(spoil(text).split("\n").length).toBe(spoil("x").split("\n").length);
});

test("a text of a megabyte is cut", () => {
  expect(renderVerdict(spoiled(handMadeResult(), "x".repeat(1_000_000)), PLAIN).length).toBeLessThan(10_000);
});

test("an assumed reaction time stands beside the measured one, and never in it", () => {
  const measured = renderVerdict(handMadeResult(), PLAIN);
  const assumed = renderVerdict(handMadeResult({ assumedReactionMs: 300_000 }), PLAIN);
  const timeOf = (text: string): string | undefined => /recovery time +(.*)/.exec(text)?.[1];
  expect(timeOf(assumed)).toBe(timeOf(measured));
  expect(measured).not.toContain("assumed");
  expect(assumed).toContain("A reaction of 300.00 s is assumed (a parameter, not measured)");
  expect(assumed).toContain("308.0");
});
