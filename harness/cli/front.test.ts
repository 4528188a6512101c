import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { SUBSTRATES } from "../substrate/index.ts";
import { capturedTerminal, type CapturedTerminal } from "../../fixtures/workers/captured-terminal.ts";
import type { FinishedRun } from "./aftermath.ts";
import { runInWorker } from "./front.ts";
import type { ShownEntry } from "./messages.ts";
import { openProgress } from "./progress.ts";

const FAKE_WORKER = { file: fileURLToPath(new URL("../../fixtures/workers/fake-worker.ts", import.meta.url)) };

let stateDir: string;
let terminal: CapturedTerminal;
beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), "drillbook-state-"));
  vi.stubEnv("DRILLBOOK_STATE_DIR", stateDir);
  terminal = capturedTerminal();
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(stateDir, { recursive: true, force: true });
  terminal[Symbol.dispose]();
});

/** Runs the fake drill that waits, and interrupts it as soon as its first phase is shown. */
async function interrupted(how: "soft" | "soft, then hard"): Promise<FinishedRun> {
  const soft = new AbortController();
  const hard = new AbortController();
  const plain = openProgress(terminal.stdout, { show: "lines" });
  const progress = {
    ...plain,
    entry: (entry: ShownEntry) => {
      plain.entry(entry);
      if (how === "soft, then hard") hard.abort(new Error("twice"));
      else soft.abort(new Error("once"));
    },
  };
  return runInWorker({
    drill: { id: "waits", file: "unused" },
    control: "none",
    page: "as-written",
    observed: null,
    seed: 1,
    outDir: join(terminal.cwd, "reports"),
    runbookFile: null,
    writesPerSecond: null,
    assumedReactionMs: null,
    substrate: "process",
    keep: false,
    takesForkPoint: false,
    forkOf: null,
    versions: {},
    worker: FAKE_WORKER,
    footing: SUBSTRATES.process.find(),
    progress,
    interrupts: { soft: soft.signal, hard: hard.signal, [Symbol.dispose]: () => {} },
  });
}

test("the first interrupt is passed on: the worker ends the drill in order, and it is judged", async () => {
  const { result, ledger, runDir } = await interrupted("soft");
  expect(result.outcome).toBe("interrupted");
  expect(ledger.entries.map((entry) => entry.kind)).toEqual(["phase", "trouble", "end", "residue"]);
  expect(existsSync(join(runDir, "report.html"))).toBe(true);
  expect(readdirSync(join(stateDir, "runs"))).toEqual([]);
});

test("the second interrupt kills the worker; nothing is left on the books", async () => {
  await expect(interrupted("soft, then hard")).rejects.toThrow("no ledger");
  expect(readdirSync(join(stateDir, "runs"))).toEqual([]);
});

test("an interrupt before the start leaves nothing at all", async () => {
  const soft = AbortSignal.abort(new Error("at once"));
  const run = runInWorker({
    drill: { id: "passes", file: "unused" },
    control: "none",
    page: "as-written",
    observed: null,
    seed: 1,
    outDir: join(terminal.cwd, "reports"),
    runbookFile: null,
    writesPerSecond: null,
    assumedReactionMs: null,
    substrate: "process",
    keep: false,
    takesForkPoint: false,
    forkOf: null,
    versions: {},
    worker: FAKE_WORKER,
    footing: SUBSTRATES.process.find(),
    progress: openProgress(terminal.stdout, { show: "lines" }),
    interrupts: { soft, hard: new AbortController().signal, [Symbol.dispose]: () => {} },
  });
  await expect(run).rejects.toThrow("at once");
  expect(existsSync(join(terminal.cwd, "reports"))).toBe(false);
  expect(existsSync(join(stateDir, "runs"))).toBe(false);
});

test("the residue of the audit from outside is on record before the judgement", async () => {
  const { ledger, runDir } = await interrupted("soft");
  expect(ledger.entries.at(-1)).toMatchObject({ kind: "residue", audited: true, processes: [], folders: [] });
  expect(readFileSync(join(runDir, "result.json"), "utf8")).toContain("nothing-left-behind");
});
