/**
 * Sees to it that the packages are there, before any npm script. Runs under the machine's own Node (20 or later) and
 * uses nothing but Node, since on a fresh clone there is nothing else. When all is there it only reads three small
 * files: `npm start` waits for it every time.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, "node_modules");
const stampFile = join(modules, ".drillbook-setup");
const node24 = join(modules, "node", "bin", "node");

const manifest = read(join(root, "package.json"));
const lock = read(join(root, "package-lock.json"));
if (manifest === undefined || lock === undefined) {
  fail("package.json or package-lock.json is missing: this is not a whole clone of Drillbook.");
}

// The text itself, not a digest: comparing costs nothing, and loading node:crypto costs some milliseconds.
const wanted = `${manifest}\n${lock}`;
if (read(stampFile) !== wanted || !existsSync(node24)) await install();

async function install() {
  if (Number(process.versions.node.split(".")[0]) < 20) {
    fail(`Node ${process.versions.node} is too old to set this up: 20 or later is needed.`);
  }
  if (!(existsSync(node24) && installedAsLocked())) await npmCi();
  if (!existsSync(node24)) {
    fail(
      "npm ci ended well, but the package `node` brought no program. Its install script did not run: " +
        "see `npm config get ignore-scripts`, set it to false, and start again.",
    );
  }
  writeFileSync(stampFile, wanted);
}

/** True when someone ran npm ci or npm install by hand: npm keeps a list of what it put there. */
function installedAsLocked() {
  const hidden = read(join(modules, ".package-lock.json"));
  if (hidden === undefined) return false;
  const there = JSON.parse(hidden).packages;
  const { "": self, ...locked } = JSON.parse(lock).packages;
  const { dependencies = {}, devDependencies = {} } = JSON.parse(manifest);
  const sameRequests =
    JSON.stringify([self.dependencies ?? {}, self.devDependencies ?? {}]) ===
    JSON.stringify([dependencies, devDependencies]);
  return (
    sameRequests &&
    Object.entries(there).every(([path, entry]) => locked[path]?.version === entry.version) &&
    Object.entries(locked).every(([path, entry]) => there[path] !== undefined || entry.optional === true)
  );
}

async function npmCi() {
  const { spawn } = await import("node:child_process");
  const count = Object.keys(JSON.parse(lock).packages).length - 1;
  say(`Setting up: npm ci, ${count} packages (Node 24 among them). Only the first time, and when they change.`);
  const startedMs = performance.now();
  const seconds = () => `${((performance.now() - startedMs) / 1000).toFixed(0)} s`;
  // npm shows nothing by itself when it does not write to a terminal.
  const beat = setInterval(() => say(`  still installing, ${seconds()}`), 5000);
  // Only errors: npm warns that packages want a newer Node than the one that installs them, which is why one comes along.
  const args = ["ci", "--no-audit", "--no-fund", "--loglevel=error"];
  // To standard error: what a command writes to standard output belongs to the command.
  const child = spawn("npm", args, { cwd: root, stdio: ["ignore", 2, 2] });
  const code = await new Promise((resolve) => {
    child.on("error", (error) => fail(`npm could not be started: ${error.message}`));
    child.on("close", resolve);
  });
  clearInterval(beat);
  if (code !== 0) fail(`npm ci failed (exit ${code}); its own words are above. Nothing was kept as done: start again.`);
  say(`Packages are there after ${seconds()}.`);
}

function read(file) {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}

function say(line) {
  process.stderr.write(`${line}\n`);
}

function fail(message) {
  say(`drillbook setup: ${message}`);
  process.exit(3);
}
