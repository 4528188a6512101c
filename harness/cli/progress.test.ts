import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import type { StepEntry } from "../ledger/index.ts";
import type { ShownEntry } from "./messages.ts";
import { openProgress } from "./progress.ts";
import type { OutputStream } from "./terminal.ts";

const HOSTILE = "x\u001b[2J\u001b]0;title\u0007\r\u202Ey";

const step = (id: string, line: number, change: Partial<StepEntry> = {}): StepEntry => ({
  kind: "step",
  part: "recovery",
  atMs: 900,
  id,
  line,
  role: "survivor",
  node: "n1",
  acts: true,
  onlyIf: null,
  status: "ran",
  exitCode: 0,
  startMs: 500,
  endMs: 900,
  outputTail: "",
  outputBytes: 0,
  redactions: 0,
  outputFile: null,
  ...change,
});

function stream(live: boolean): { readonly stream: OutputStream; readonly text: () => string } {
  const through = new PassThrough();
  let text = "";
  through.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
  return { stream: Object.assign(through, { isTTY: live, columns: 120, rows: 40 }), text: () => text };
}

const DRILL: readonly ShownEntry[] = [
  { kind: "phase", atMs: 0, phase: "provision" },
  { kind: "phase", atMs: 250, phase: "fault" },
  {
    kind: "fault",
    atMs: 260,
    event: "armed",
    fault: "majority-lost",
    targets: ["n2", "n3"],
    chosen: "one",
    blastRadius: ["the folder of n2"],
  },
  { kind: "phase", atMs: 500, phase: "runbook" },
  {
    kind: "runbook",
    part: "recovery",
    atMs: 500,
    event: "started",
    blocks: 3,
    preparationSteps: 0,
    steps: 2,
    proseBlocks: 1,
  },
  step("stop", 12),
  step("start", 20, { exitCode: 3, startMs: 900, endMs: 2400, atMs: 2400 }),
  {
    kind: "runbook",
    part: "recovery",
    atMs: 2400,
    event: "ended",
    blocks: 3,
    preparationSteps: 0,
    steps: 2,
    proseBlocks: 1,
  },
  { kind: "phase", atMs: 2500, phase: "teardown" },
  { kind: "end", atMs: 2600 },
];

async function shown(entries: readonly ShownEntry[], live: boolean): Promise<string> {
  const to = stream(live);
  {
    await using progress = openProgress(to.stream, { show: live ? "live" : "lines" });
    progress.begin(
      [
        { id: "stop", line: 12 },
        { id: "start", line: 20 },
      ],
      () => 2600,
    );
    for (const entry of entries) progress.entry(entry);
  }
  return to.text();
}

test("plain progress says each phase as it begins, and how long it took as it ends", async () => {
  const lines = (await shown(DRILL, false)).split("\n");
  expect(lines[0]).toBe("provision ...");
  expect(lines).toContain("fault            250 ms");
  expect(lines).toContain("runbook          2.00 s");
  expect(lines.indexOf("runbook ...")).toBeLessThan(lines.indexOf("  stop (line 12, n1)  400 ms"));
});

test("the blast radius stands before the injection", async () => {
  const text = await shown(DRILL.slice(0, 3), false);
  expect(text).toContain("majority-lost on n2, n3 (one); it may touch:");
  expect(text).toContain("the folder of n2");
});

test("a step that failed shows it", async () => {
  expect(await shown(DRILL, false)).toContain("start (line 20, n1)  1.50 s  FAILED, exit 3");
});

test("a terminal shows the running step and keeps every phase", async () => {
  const text = await shown(DRILL, true);
  expect(text).toContain("start (line 20), step 2 of 2 ...");
  for (const phase of ["provision", "fault", "runbook", "teardown"]) expect(text).toContain(phase);
});

const HOSTILE_DRILL: readonly ShownEntry[] = [
  { kind: "phase", atMs: 0, phase: "runbook" },
  { kind: "role", part: "recovery", atMs: 1, role: HOSTILE, node: HOSTILE, because: HOSTILE },
  { kind: "detection", atMs: 1, rule: HOSTILE },
  {
    kind: "fault",
    atMs: 1,
    event: "armed",
    fault: HOSTILE,
    targets: [HOSTILE],
    chosen: HOSTILE,
    blastRadius: [HOSTILE],
  },
  { kind: "restart", atMs: 1, event: "failed", node: HOSTILE, detail: HOSTILE },
  { kind: "trouble", atMs: 1, outcome: "broken", phase: HOSTILE, message: HOSTILE },
  step(HOSTILE, 1, { node: HOSTILE }),
];

test("plain progress writes no control character but line feeds, whatever comes from outside", async () => {
  const text = await shown(HOSTILE_DRILL, false);
  expect(text).toContain("\\u{1b}[2J");
  expect(text.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});

test("a terminal gets no sequence from outside", async () => {
  const text = await shown(HOSTILE_DRILL, true);
  expect(text).not.toContain("\u001b[2J\u001b]0;title");
  expect(text).not.toContain("\u202e");
});

test("notes are made printable and keep their lines", async () => {
  const to = stream(false);
  await using progress = openProgress(to.stream, { show: "lines" });
  progress.note(`one\n${HOSTILE}`);
  expect(to.text().split("\n")[0]).toBe("one");
  expect(to.text().replaceAll("\n", "")).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});
