/** The launcher, in the two layouts it lives in, under a Node that is new enough and under one that says it is old. */
import { execFile, spawn } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";

const LAUNCHER = fileURLToPath(new URL("drillbook.js", import.meta.url));
/** Makes Node say that it is 20; what runs under it is told the truth again, since options are not handed on. */
const PRETEND_OLD =
  "data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'20.20.2'}})";

let root: string;
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "drillbook-launcher-")));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(file: string, text: string): string {
  const path = join(root, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

/** Puts the launcher at `file`, and returns its path. */
function launcherAt(file: string): string {
  const path = write(file, "");
  copyFileSync(LAUNCHER, path);
  write(join(dirname(dirname(dirname(file))), "package.json"), `{ "type": "module" }`);
  return path;
}

/** Stands in for the npm package `node`: the one that runs this test. */
function addOwnNode(): void {
  write("node_modules/node/package.json", `{ "name": "node" }`);
  mkdirSync(join(root, "node_modules/node/bin"));
  symlinkSync(process.execPath, join(root, "node_modules/node/bin/node"));
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(args: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, args, (_error, stdout, stderr) =>
      resolve({ code: child.exitCode, stdout, stderr }),
    );
  });
}

// Types in the source show that it is the TypeScript that runs.
const MAIN_TS = `const args: readonly string[] = process.argv.slice(2);\nconsole.log("clone", ...args);\nprocess.exitCode = 4;\n`;

test("in a clone it runs the TypeScript, with the arguments and the exit code handed through", async () => {
  const launcher = launcherAt("harness/cli/drillbook.js");
  write("harness/cli/main.ts", MAIN_TS);
  expect(await run([launcher, "run", "--seed", "3"])).toMatchObject({ code: 4, stdout: "clone run --seed 3\n" });
});

test("below node_modules it runs the compiled JavaScript", async () => {
  const launcher = launcherAt("node_modules/drillbook/harness/cli/drillbook.js");
  write("node_modules/drillbook/dist/harness/cli/main.js", `console.log("packed", ...process.argv.slice(2));`);
  expect(await run([launcher, "list"])).toMatchObject({ code: 0, stdout: "packed list\n" });
});

test("under an old Node it goes on under the one of the package `node`", async () => {
  addOwnNode();
  const launcher = launcherAt("harness/cli/drillbook.js");
  write("harness/cli/main.ts", MAIN_TS);
  expect(await run(["--import", PRETEND_OLD, launcher, "run"])).toMatchObject({ code: 4, stdout: "clone run\n" });
});

test("under an old Node without that package it says what to do, and that nothing was done", async () => {
  const launcher = launcherAt("harness/cli/drillbook.js");
  write("harness/cli/main.ts", MAIN_TS);
  const { code, stdout, stderr } = await run(["--import", PRETEND_OLD, launcher, "run"]);
  expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
  expect(stderr).toContain("needs Node 24 or later; this is 20.20.2");
  expect(stderr).toContain("npm ci");
});

test("a signal reaches the program once, however it was launched, and its exit code comes back", async () => {
  addOwnNode();
  const launcher = launcherAt("harness/cli/drillbook.js");
  write(
    "harness/cli/main.ts",
    `let seen = 0;
     process.on("SIGINT", () => { seen++; setTimeout(() => { console.log("interrupted", seen); process.exit(130); }, 200); });
     setInterval(() => {}, 1000);
     console.log("ready");`,
  );
  const child = spawn(process.execPath, ["--import", PRETEND_OLD, launcher], { detached: true });
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    // As from a terminal: to the whole group, in which the program must not be a second time.
    if (!output.includes("ready") && (output + text).includes("ready")) process.kill(-(child.pid ?? 0), "SIGINT");
    output += text;
  });
  expect(await ended).toBe(130);
  expect(output).toBe("ready\ninterrupted 1\n");
});
