/**
 * Compiles the project to dist/ for the npm package. dist/ mirrors the clone, so that code finds its pages, pins and
 * package.json by the same relative paths in both.
 */
import { spawnSync } from "node:child_process";
import { cpSync, globSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const dist = join(root, "dist");

/** What the program reads at run time and tsc does not copy. */
const ASSETS = [
  "package.json",
  "scenarios/**/*.md",
  "fixtures/programs/**",
  "fixtures/images/**",
  "fixtures/microk8s/**",
  "fixtures/rke/**",
];

rmSync(dist, { recursive: true, force: true });
const tsc = spawnSync(
  process.execPath,
  [join(root, "node_modules/typescript/bin/tsc"), "-p", join(root, "tsconfig.build.json")],
  // To standard error: `npm pack --json` must stay readable.
  { cwd: root, stdio: ["ignore", 2, 2] },
);
if (tsc.status !== 0) {
  process.stderr.write("build: the types do not hold (above); dist/ is not to be used.\n");
  process.exit(1);
}
for (const path of globSync(ASSETS, { cwd: root })) {
  if (!path.endsWith(".ts")) cpSync(join(root, path), join(dist, path), { recursive: true });
}
