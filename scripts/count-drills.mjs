/**
 * Counts what the drills of one command came to, for .ci/run: prints `passed failed skipped`, and to standard error the name of
 * each that is not green, with what it says. Arguments: the folder of the runs, with one suite in it, and the command's exit code. Only `passed` is
 * green; a bad exit code with nothing failed counts as one failure.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";

const [folder, exitCode] = process.argv.slice(2);
const suites = readdirSync(folder).filter((name) => name.startsWith("suite-"));
if (suites.length !== 1) throw new Error(`${folder} holds ${suites.length} suites, not one`);
const { drills, because, skipped } = JSON.parse(readFileSync(join(folder, suites[0], "suite.json"), "utf8"));

const tell = (line) => process.stderr.write(`${line}\n`);
const bad = drills.filter(({ outcome }) => outcome !== "passed");
for (const { drillId, outcome, says = [] } of bad) {
  tell(`${drillId}: ${outcome}`);
  for (const line of says) tell(`  ${line}`);
}
// Each says of one drill why it has no verdict.
for (const why of because) tell(why);
for (const { drillId, because: why } of skipped) tell(`not run (skipped): ${drillId}: ${why}`);

let failed = bad.length + because.length;
if (failed === 0 && exitCode !== "0") {
  failed = 1;
  tell(`no drill failed, and yet the command ended with ${exitCode}`);
}
process.stdout.write(`${drills.length - bad.length} ${failed} ${skipped.length}\n`);
