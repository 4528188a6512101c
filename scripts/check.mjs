/**
 * Everything that must hold before a change is shown to others, part by part. All parts run even when one fails, so
 * that one look is enough; the last lines say which failed. Options after `--` go to the unit tests;
 * `--static` alone leaves these out.
 */
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = (name) => join(root, "node_modules", ".bin", name);

const options = process.argv.slice(2);
const withoutTests = options.length === 1 && options[0] === "--static";

/** Each part: what it proves, and the command. The import boundaries are rules of the linter, and tests of the rule. */
const parts = [
  ["format", bin("oxfmt"), ["--check"]],
  ["lint and import boundaries", bin("oxlint"), []],
  ["types", bin("tsc"), ["-p", "."]],
  ["dead code and unused packages", bin("knip"), []],
  ...(withoutTests ? [] : [["unit tests", bin("vitest"), ["run", "--project", "unit", ...options]]]),
];

const failed = [];
for (const [name, command, args] of parts) {
  process.stdout.write(`\n--- ${name}\n`);
  const startedMs = performance.now();
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  if (status === 0) {
    process.stdout.write(`--- ${name}: good (${seconds} s)\n`);
  } else {
    failed.push(name);
    process.stdout.write(`--- ${name}: FAILED (${error === undefined ? `exit ${status}` : error.message})\n`);
  }
}
process.stdout.write(failed.length === 0 ? "\ncheck: good\n" : `\ncheck: FAILED: ${failed.join("; ")}\n`);
process.exitCode = failed.length === 0 ? 0 : 1;
