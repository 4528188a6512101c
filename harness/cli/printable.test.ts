import fc from "fast-check";
import { expect, test } from "vitest";
import { printable, printableLines } from "./printable.ts";

test.each([
  ["an ANSI sequence", "\u001b[31mred", "\\u{1b}[31mred"],
  ["a C1 control character", "\u009b2J", "\\u{9b}2J"],
  ["a carriage return that would overwrite the line", "ok\rFAILED", "ok\\u{d}FAILED"],
  ["a line feed", "a\nb", "a\\nb"],
  ["a turn of direction", "abc\u202Edef", "abc\\u{202e}def"],
  ["a line separator", "a\u2028b", "a\\u{2028}b"],
  ["letters of other scripts", "Überprüfung 検査 🙂", "Überprüfung 検査 🙂"],
])("%s is made visible, or left alone when it is harmless", (_name, given, shown) => {
  expect(printable(given)).toBe(shown);
});

test("nothing that a terminal acts on gets through, whatever the text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(printable(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      expect(printableLines(text).replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    }),
  );
});
