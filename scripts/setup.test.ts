/** When `npm ci` runs and when not, on a made-up clone with an npm of bash. */
import { execFile } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "drillbook-setup-"));
  for (const folder of ["bin", "scripts"]) mkdirSync(join(root, folder));
  copyFileSync(fileURLToPath(new URL("setup.mjs", import.meta.url)), join(root, "scripts/setup.mjs"));
  writeFileSync(join(root, "package.json"), JSON.stringify({ dependencies: { one: "1.0.0" } }));
  lock("1.0.0");
  npm(`mkdir -p node_modules/node/bin; touch node_modules/node/bin/node`);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function lock(version: string): void {
  const packages = { "": { dependencies: { one: "1.0.0" } }, "node_modules/one": { version } };
  writeFileSync(join(root, "package-lock.json"), JSON.stringify({ packages }));
}

function npm(script: string): void {
  writeFileSync(join(root, "bin/npm"), `#!/bin/bash\necho "$*" >>npm-calls\n${script}\n`);
  chmodSync(join(root, "bin/npm"), 0o755);
}

/** Runs the setup; says its exit code, and how often npm has been called up to now. */
function setup(): Promise<{ code: number | null; npmCalls: number; stderr: string }> {
  return new Promise((resolve) => {
    const env = { ...process.env, PATH: `${join(root, "bin")}:/usr/bin:/bin` };
    const child = execFile(process.execPath, [join(root, "scripts/setup.mjs")], { env }, (_error, _stdout, stderr) => {
      const calls = join(root, "npm-calls");
      const npmCalls = existsSync(calls) ? readFileSync(calls, "utf8").trim().split("\n").length : 0;
      resolve({ code: child.exitCode, npmCalls, stderr });
    });
  });
}

test("a fresh clone is set up once, and the second start does nothing and says nothing", async () => {
  expect(await setup()).toMatchObject({ code: 0, npmCalls: 1, stderr: expect.stringContaining("npm ci, 1 packages") });
  expect(await setup()).toEqual({ code: 0, npmCalls: 1, stderr: "" });
});

test("another lock is set up anew", async () => {
  await setup();
  lock("1.0.1");
  expect(await setup()).toMatchObject({ code: 0, npmCalls: 2 });
});

test("a failed npm ci is not taken for done", async () => {
  npm("exit 1");
  expect(await setup()).toMatchObject({ code: 3, npmCalls: 1, stderr: expect.stringContaining("start again") });
  expect(await setup()).toMatchObject({ code: 3, npmCalls: 2 });
});

test("an npm ci that brought no Node, because install scripts are off, says so", async () => {
  npm("mkdir -p node_modules");
  expect(await setup()).toMatchObject({ code: 3, stderr: expect.stringContaining("ignore-scripts") });
});

test.each([
  ["the locked versions", "1.0.0", 0],
  ["another version", "0.9.9", 1],
])("what was installed by hand is looked at: %s", async (_name, version, npmCalls) => {
  mkdirSync(join(root, "node_modules/node/bin"), { recursive: true });
  writeFileSync(join(root, "node_modules/node/bin/node"), "");
  const packages = { "node_modules/one": { version } };
  writeFileSync(join(root, "node_modules/.package-lock.json"), JSON.stringify({ packages }));
  expect(await setup()).toMatchObject({ code: 0, npmCalls });
});
