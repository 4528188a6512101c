/** A run whose disk is full: a real one, a file system of some kilobytes in a mount namespace of its own. */
import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, expect, test } from "vitest";
import type { OnSmallDisk } from "../../fixtures/workers/on-small-disk.ts";

const PROGRAM = fileURLToPath(new URL("../../fixtures/workers/on-small-disk.ts", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "drillbook-disk-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Needs Linux, and root or user namespaces. */
const mayMount =
  spawnSync("unshare", ["--mount", "--map-root-user", "mount", "-t", "tmpfs", "small", folder]).status === 0;

/** A fake drill with its reports on a disk of this size. */
async function runOn(sizeKib: number): Promise<OnSmallDisk> {
  const script = 'mount -t tmpfs -o "size=$1k" small "$2" && exec "$3" "$4" "$2"';
  const args = [
    "--mount",
    "--map-root-user",
    "bash",
    "-c",
    script,
    "bash",
    String(sizeKib),
    folder,
    process.execPath,
    PROGRAM,
  ];
  const environment = { ...process.env, DRILLBOOK_STATE_DIR: mkdtempSync(join(tmpdir(), "drillbook-state-")) };
  try {
    const { stdout } = await promisify(execFile)("unshare", args, { env: environment });
    return JSON.parse(stdout) as OnSmallDisk;
  } finally {
    rmSync(environment.DRILLBOOK_STATE_DIR, { recursive: true, force: true });
  }
}

/** How each file ends when it is whole. */
const ENDS: Readonly<Record<string, RegExp>> = {
  "result.json": /\}\n$/,
  "junit.xml": /<\/testsuites>\s*$/,
  "summary.md": /\n$/,
  "report.html": /<\/html>\n*$/,
};

test.skipIf(!mayMount)(
  "full at any time, the run is broken and says where and what to do; no file is half there",
  async () => {
    const enough = await runOn(100_000);
    expect(enough).toMatchObject({ exitCode: 0, err: "" });
    expect(Object.keys(enough.files)).toEqual(expect.arrayContaining(Object.keys(ENDS)));
    const seen = new Set<string>();
    const kib = (...names: readonly string[]): number =>
      names.reduce((sum, name) => sum + Math.ceil((enough.files[name]?.bytes ?? 0) / 4096) * 4, 16);
    const beforePage = kib("ledger.ndjson", "worker.log", "result.json", "junit.xml", "summary.md");
    for (const sizeKib of [16, Math.round(kib("ledger.ndjson") / 2), beforePage + kib("report.html") / 2]) {
      const run = await runOn(sizeKib);
      const missing = Object.keys(ENDS).filter((name) => run.files[name] === undefined);
      for (const [name, end] of Object.entries(ENDS)) {
        if (run.files[name] !== undefined) expect(run.files[name].end).toMatch(end);
      }
      expect(Object.keys(run.files).filter((name) => name.endsWith(".part"))).toEqual([]);
      seen.add(missing.join());
      if (missing.length === 0) continue;
      expect(run.exitCode).toBe(3);
      expect(run.err).toMatch(/no space left/i);
      expect(run.err).toContain(folder);
      if (missing.includes("report.html")) expect(run.out).not.toContain("report.html");
    }
    // Full while the ledger was written, and while the reports were.
    expect(seen).toContain("result.json,junit.xml,summary.md,report.html");
    expect(seen).toContain("report.html");
  },
  60_000,
);
