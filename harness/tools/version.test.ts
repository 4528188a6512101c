import { expect, test } from "vitest";
import { isAtLeast } from "./version.ts";

test.each([
  ["3.6.14", "3.5", true],
  ["3.5.0", "3.5", true],
  ["3.4.30", "3.5", false],
  ["3.10.0", "3.9", true],
  ["1.25", "1.25", true],
  ["1.9.9", "1.25", false],
  ["v4.0", "3.5", true],
  ["3.6.0-rc.1", "3.6", true],
  ["devel", "1.25", false],
])("%s is at least %s: %s", (version, minimum, expected) => {
  expect(isAtLeast(version, minimum)).toBe(expected);
});
