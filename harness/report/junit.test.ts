import { XMLParser, XMLValidator } from "fast-xml-parser";
import { expect, test } from "vitest";
import type { DrillResult, Finding } from "../integrity/index.ts";
import { renderJunit } from "./junit.ts";
import { handMadeResult } from "../../fixtures/reports/hand-made-result.ts";
import { HOSTILE, spoiled } from "../../fixtures/reports/hostile.ts";
import { visible, visibleLine } from "./visible.ts";

interface Case {
  readonly "@name": string;
  readonly "@time"?: string;
  readonly failure?: Trouble;
  readonly error?: Trouble;
  readonly skipped?: unknown;
  readonly "system-out"?: string;
}

interface Trouble {
  readonly "@message": string;
  readonly "#text": string;
}

/** Parses it strictly; gives its one suite. */
function suiteOf(xml: string) {
  expect(XMLValidator.validate(xml)).toBe(true);
  // What XML 1.0 forbids (https://www.w3.org/TR/xml/#charsets); the parser used here would let it pass.
  expect(xml).not.toMatch(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u);
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: "@",
    parseTagValue: false,
    trimValues: false,
    htmlEntities: true,
    isArray: (name) => name === "testcase",
  });
  const suite = parser.parse(xml).testsuites.testsuite;
  return { ...suite, testcase: suite.testcase as readonly Case[] };
}

const isGreen = (one: Case): boolean =>
  one.failure === undefined && one.error === undefined && one.skipped === undefined;

function withFinding(changes: Partial<Finding>): DrillResult {
  const result = handMadeResult();
  return { ...result, findings: result.findings.map((one, index) => (index === 0 ? { ...one, ...changes } : one)) };
}

test("a case for the verdict and for each check, with the recovery time", () => {
  const result = handMadeResult();
  const suite = suiteOf(renderJunit(result));
  expect(suite.testcase.map((one: Case) => one["@name"])).toEqual([
    "verdict",
    ...result.findings.map((one) => one.checkId),
  ]);
  expect(suite.testcase.every(isGreen)).toBe(true);
  expect(suite["@time"]).toBe("8.508");
  expect(suite["@failures"]).toBe("0");
});

test("only passed is green", () => {
  const cases = {
    failed: "failure",
    broken: "error",
    interrupted: "error",
    inconclusive: "error",
    skipped: "skipped",
  } as const;
  for (const outcome of ["failed", "broken", "interrupted", "inconclusive", "skipped"] as const) {
    const suite = suiteOf(renderJunit(withFinding({ outcome, summary: "because of it", details: ["one", "two"] })));
    const bad = suite.testcase.filter((one: Case) => !isGreen(one));
    expect(bad).toHaveLength(1);
    expect(bad[0]).toHaveProperty(cases[outcome]);
    expect(JSON.stringify(bad[0])).toContain(`${outcome}: because of it`);
  }
});

test("a drill that is not passed is red even if no check gave a finding", () => {
  for (const outcome of ["failed", "broken", "interrupted", "inconclusive"] as const) {
    const suite = suiteOf(renderJunit(handMadeResult({ outcome, findings: [], notes: ["no record"] })));
    expect(Number(suite["@failures"]) + Number(suite["@errors"])).toBe(1);
    expect(JSON.stringify(suite.testcase)).toContain("no record");
  }
});

test("a drill that never recovered has no time", () => {
  const { measurements } = handMadeResult();
  const xml = renderJunit(
    handMadeResult({
      measurements: { ...measurements, recoveryTimeMs: { low: 300_000, high: null, censored: true }, parts: [] },
    }),
  );
  expect(suiteOf(xml)["@time"]).toBeUndefined();
  expect(xml).toContain("more than 300.00 s");
});

test.each(HOSTILE)("%j everywhere stays text", (text) => {
  const plain = suiteOf(renderJunit(spoiled(withFinding({ outcome: "failed", details: ["d"] }), "x")));
  const suite = suiteOf(renderJunit(spoiled(withFinding({ outcome: "failed", details: ["d"] }), text)));
  expect(shapeOf(suite)).toEqual(shapeOf(plain));
  const bad = suite.testcase.find((one: Case) => one.failure !== undefined)?.failure;
  expect(bad?.["#text"].replaceAll("\r\n", "\n")).toContain(visible(text));
  expect(suite["@name"]).toBe(visibleLine(text));
});

/** Names of elements and attributes, without what they hold. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value !== "object" || value === null) return "text";
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shapeOf(inner)]));
}
