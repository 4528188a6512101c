/**
 * Counts what a run of Vitest came to, for .ci/run: prints `passed failed skipped`, and to standard error the name of
 * each test that failed, with the first line of why, and of each that did not run. Arguments: the file of Vitest's JSON reporter, and Vitest's exit code. A file of tests that
 * could not even be loaded has no tests to count, so it counts as one failure; so does a bad exit code with no failure.
 */
import { readFileSync } from "node:fs";
import process from "node:process";

const [file, exitCode] = process.argv.slice(2);
const { testResults } = JSON.parse(readFileSync(file, "utf8"));

let passed = 0;
let failed = 0;
let skipped = 0;
for (const suite of testResults) {
  let failedHere = 0;
  for (const test of suite.assertionResults) {
    if (test.status === "passed") passed++;
    else if (test.status === "failed") {
      failedHere++;
      process.stderr.write(`failed: ${test.fullName}: ${firstLine(test.failureMessages?.[0])}\n`);
    } else {
      skipped++;
      process.stderr.write(`not run (${test.status}): ${test.fullName}\n`);
    }
  }
  if (suite.status === "failed" && failedHere === 0) {
    failedHere = 1;
    process.stderr.write(`failed: ${suite.name}: ${firstLine(suite.message)}\n`);
  }
  failed += failedHere;
}
if (exitCode !== "0" && failed === 0) {
  failed = 1;
  process.stderr.write(`no test failed, and yet Vitest ended with ${exitCode}\n`);
}
// No tests at all is no success.
if (passed + failed + skipped === 0) failed = 1;
process.stdout.write(`${passed} ${failed} ${skipped}\n`);

function firstLine(text) {
  return (text ?? "no reason told").trim().split("\n", 1)[0];
}
