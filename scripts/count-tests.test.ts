/** The account that CI prints: a failure of any kind must show in it. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const SCRIPT = fileURLToPath(new URL("count-tests.mjs", import.meta.url));

function suite(status: string, ...tests: readonly string[]) {
  return { status, assertionResults: tests.map((one) => ({ status: one, fullName: `a ${one} test` })) };
}

function count(testResults: readonly unknown[], exitCode: number): string {
  const folder = mkdtempSync(join(tmpdir(), "drillbook-count-"));
  try {
    const file = join(folder, "tests.json");
    writeFileSync(file, JSON.stringify({ testResults }));
    const args = [SCRIPT, file, String(exitCode)];
    return execFileSync(process.execPath, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).trim();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test.each([
  ["passed and skipped", [suite("passed", "passed", "skipped"), suite("passed", "pending", "todo")], 0, "1 0 3"],
  ["a failed test", [suite("failed", "passed", "failed")], 1, "1 1 0"],
  ["a file that could not be loaded", [suite("failed"), suite("passed", "passed")], 1, "1 1 0"],
  ["a file whose tests passed but whose teardown failed", [suite("failed", "passed")], 1, "1 1 0"],
  ["an error outside of any test", [suite("passed", "passed")], 1, "1 1 0"],
  ["no test at all", [], 0, "0 1 0"],
])("%s", (_name, results, exitCode, expected) => {
  expect(count(results, exitCode)).toBe(expected);
});
