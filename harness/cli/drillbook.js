#!/usr/bin/env node
/**
 * The command `drillbook`: finds a Node that is new enough, and the program. Plain JavaScript without dependencies,
 * since it must run, and speak clearly, under a Node that is too old. Not its business: anything else (main.ts).
 */
import { existsSync } from "node:fs";
// Whole, not by name: a Node that is too old lacks one of the names, and would end before it could say so.
import module from "node:module";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

/** Type stripping, `await using`, `process.execve`. */
const NEEDED_MAJOR = 24;
/** Set for the second attempt, so that a wrong package cannot make it go round in circles. */
const SECOND_ATTEMPT = "DRILLBOOK_LAUNCHED";

const here = dirname(fileURLToPath(import.meta.url));

if (Number(process.versions.node.split(".")[0]) >= NEEDED_MAJOR) {
  delete process.env[SECOND_ATTEMPT];
  module.enableCompileCache();
  // A clone runs its TypeScript as it is. Node strips no types below node_modules: a packed Drillbook brings JavaScript.
  const clone = join(here, "main.ts");
  await import(existsSync(clone) ? "./main.ts" : "../../dist/harness/cli/main.js");
} else {
  await runUnderOwnNode();
}

async function runUnderOwnNode() {
  const node = ownNode();
  if (node === undefined || process.env[SECOND_ATTEMPT] !== undefined) {
    process.stderr.write(
      `drillbook needs Node ${NEEDED_MAJOR} or later; this is ${process.versions.node}, and the npm package \`node\`, ` +
        "which brings one, is not installed beside it. In a clone: run `npm ci`. Elsewhere: install drillbook again " +
        "with install scripts allowed.\n",
    );
    process.exitCode = 3;
    return;
  }
  const { spawn } = await import("node:child_process");
  const child = spawn(node, process.argv.slice(1), {
    stdio: "inherit",
    env: { ...process.env, [SECOND_ATTEMPT]: "1" },
    // In a group of its own: otherwise Ctrl-C would come from the terminal and from here, and twice means "at once".
    detached: true,
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => {
    process.stderr.write(`drillbook could not start ${node}: ${error.message}\n`);
    process.exitCode = 3;
  });
  child.on("exit", (code, signal) => {
    if (signal === null) {
      process.exitCode = code ?? 3;
      return;
    }
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

/** The Node 24 of the npm package `node`, which is a dependency. */
function ownNode() {
  try {
    const program = join(dirname(module.createRequire(import.meta.url).resolve("node/package.json")), "bin", "node");
    return existsSync(program) ? program : undefined;
  } catch {
    return undefined;
  }
}
