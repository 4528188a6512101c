import fc from "fast-check";
import { expect, test } from "vitest";
import { HOSTILE } from "../../fixtures/reports/hostile.ts";
import { firstPart, lastPart, visible, visibleLine, visibleOutput } from "./visible.ts";

/** Written differently from the code under test on purpose: by Unicode category. */
const ACTS = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

test("ordinary text stays as it is, in any script", () => {
  for (const text of ["key/0001", "Größe", "שלום", "日本", "👍", "a\nb\tc"]) expect(visible(text)).toBe(text);
});

test("what would act is shown as its code", () => {
  expect(visible("a\u001b[31mb\u0000\u202ec\ud800")).toBe("a\\u{1b}[31mb\\u{0}\\u{202e}c\\u{d800}");
  expect(visibleLine("a\nb\tc\r")).toBe("a\\nb\\tc\\u{d}");
});

test("no line holds a character that acts, whatever came in", () => {
  for (const text of HOSTILE) expect(visibleLine(text)).not.toMatch(ACTS);
  fc.assert(
    fc.property(
      fc.string({ unit: "binary" }),
      (text) => !/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/u.test(visibleLine(text)),
    ),
  );
});

test("output loses its colours and keeps its lines", () => {
  expect(visibleOutput("\u001b[31mError:\u001b[0m no\r\n10 %\r20 %\n")).toBe("Error: no\n10 %\n20 %\n");
});

test("a cut says how much is missing", () => {
  expect(lastPart("abcdef", 2)).toBe("[4 characters left out]\nef");
  expect(firstPart("abcdef", 2)).toBe("ab [4 characters left out]");
  expect(lastPart("ab", 2)).toBe("ab");
  expect(firstPart("ab", 2)).toBe("ab");
});
