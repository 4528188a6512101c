import { expect, test } from "vitest";
import { keyOf, objectNameOf } from "./object-name.ts";

test.each([
  ["drillbook/key/c1/0000012", "drillbook.key.c1.0000012"],
  ["drillbook/fence/after-convergence/main-1", "drillbook.fence.after-convergence.main-1"],
  ["k", "k"],
])("%s is %s", (key, name) => {
  expect(objectNameOf(key)).toBe(name);
  expect(keyOf(name)).toBe(key);
});

test.each(["", "/k", "k/", "a//b", "a.b", "Key", "a_b", "-a", "a-/b", "é", "a".repeat(254)])(
  "no object is named after %j",
  (key) => {
    expect(() => objectNameOf(key)).toThrow(RangeError);
  },
);
