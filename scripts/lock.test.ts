/** package-lock.json as `npm ci` wants it, on every platform, and without addresses of any registry. */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { lockGaps, type Lock } from "./lock-gaps.ts";

const text = readFileSync(new URL("../package-lock.json", import.meta.url), "utf8");
const lock = JSON.parse(text) as Lock;

test("no optional package of another platform is missing (else: node scripts/lock-gaps.ts --fill)", () => {
  expect(Object.keys(lockGaps(lock))).toEqual([]);
});

test("a missing one would be seen, with its platform", () => {
  const path = "node_modules/@oxlint/binding-linux-x64-musl";
  const { [path]: taken, ...packages } = lock.packages;
  const version = taken !== undefined && "version" in taken ? taken.version : undefined;
  expect(version).toBeTypeOf("string");
  expect(lockGaps({ packages })).toEqual({
    [path]: { version, cpu: ["x64"], dev: true, libc: ["musl"], optional: true, os: ["linux"] },
  });
});

test("no package says where it was fetched from", () => {
  expect(Object.entries(lock.packages).filter(([, entry]) => "resolved" in entry)).toEqual([]);
});
