/** Steps that a harness may trip over, in real shells: each has one outcome, and the run goes on to say so. */
import { execFile } from "node:child_process";
import { mkdtemp, open, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { seededRandom, systemClock } from "../core/index.ts";
import type { LedgerEntry, StepEntry } from "../ledger/index.ts";
import { openProcessSubstrate } from "../substrate/index.ts";
import { followRunbook } from "./follow.ts";
import { parseRunbook } from "./parse.ts";
import { KEPT_OUTPUT_BYTES, TAIL_CHARACTERS } from "./step-output.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "drillbook-hard-"));
});
afterEach(async () => rm(folder, { recursive: true, force: true }));

/** Follows a page of two steps, of which the second prints `next`, and gives their entries. */
async function follow(commands: string, attributes = ""): Promise<readonly StepEntry[]> {
  const entries: LedgerEntry[] = [];
  const recorder = { record: (entry: LedgerEntry): void => void entries.push(entry), flush: (): void => undefined };
  const run = {
    runId: `hard-${process.pid}`,
    clock: systemClock(),
    random: seededRandom(1),
    signal: new AbortController().signal,
    workDir: join(folder, "work"),
    evidenceDir: join(folder, "evidence"),
  };
  await using substrate = await openProcessSubstrate({ run, recorder });
  const workstation = await substrate.createWorkstation({ name: "workstation", programs: {} });
  const cluster = { nodes: [], workstation, roleEnvironment: () => ({}) };
  const page = `\`\`\`sh on=workstation step=hard ${attributes}\n${commands}\n\`\`\`\n\n\`\`\`sh on=workstation step=next\necho next\n\`\`\`\n`;
  await followRunbook({
    runbook: parseRunbook(page, "page.md"),
    part: "recovery",
    reading: null,
    bindings: [],
    cluster,
    recorder,
    run,
  });
  return entries.filter((entry) => entry.kind === "step");
}

const NEXT = { id: "next", status: "ran", exitCode: 0, outputTail: "next\n" };
const file = (): string => join(folder, "evidence/steps/01-hard.txt");

test("a step that prints 1 GB: all of it is counted, 10 MB and the end are kept, memory stays bounded", async () => {
  const before = process.memoryUsage().rss;
  const [hard, next] = await follow("head -c 1000000000 /dev/zero | tr '\\0' 'x'; echo; echo the end");
  expect(process.memoryUsage().rss - before).toBeLessThan(300_000_000);
  expect(hard).toMatchObject({ status: "ran", exitCode: 0, outputBytes: 1_000_000_009 });
  expect(hard?.outputTail).toMatch(/^x+\nthe end\n$/);
  expect(hard?.outputTail).toHaveLength(TAIL_CHARACTERS);
  expect(next).toMatchObject(NEXT);
  expect((await stat(file())).size).toBeLessThan(KEPT_OUTPUT_BYTES + 100);
  await using kept = await open(file());
  const { buffer } = await kept.read(Buffer.alloc(100), 0, 100, KEPT_OUTPUT_BYTES);
  expect(buffer.toString()).toContain("cut here: 990000009 bytes more were printed");
});

test("a step that prints without end is cut off at its time-out; what it printed is bounded on disk", async () => {
  const [hard, next] = await follow("yes", "timeout=500ms");
  expect(hard).toMatchObject({ status: "timed-out", exitCode: null });
  expect(hard?.outputTail).toMatch(/^(?:y\n)+/);
  expect(next).toMatchObject({ status: "skipped" });
  expect((await stat(file())).size).toBeLessThan(KEPT_OUTPUT_BYTES + 100);
});

test.each([
  ["read", "read -r answer", { status: "ran", exitCode: 1, outputTail: "" }],
  ["a question and its answer", "read -r -p 'Continue? ' answer; echo never", { status: "ran", exitCode: 1 }],
  ["cat", "cat; echo went on", { status: "ran", exitCode: 0, outputTail: "went on\n" }],
  ["the terminal", "cat </dev/tty", { status: "ran", exitCode: 1, outputTail: expect.stringContaining("/dev/tty") }],
])("a step that waits for input gets none, and goes on or fails at once: %s", async (_what, commands, expected) => {
  const [hard] = await follow(commands);
  expect(hard).toMatchObject(expected);
});

test("a program that asks at the terminal itself gets no answer from the operator's terminal", async () => {
  const program = fileURLToPath(new URL("../../fixtures/substrate/ask-terminal.ts", import.meta.url));
  const { stdout } = await promisify(execFile)("script", ["-qec", `'${process.execPath}' '${program}'`, "/dev/null"]);
  expect(stdout).toMatch(/\/dev\/tty: No such device or address/);
  expect(stdout).toContain('{"status":"ran","exitCode":1}');
  expect(stdout).not.toContain("got");
});

test("a process that a step leaves behind holds nothing up; what it prints later is counted with a later step", async () => {
  const [hard, next] = await follow("(for i in 1 2 3; do sleep 0.05; echo late; done; sleep 1000) & echo left");
  expect(hard).toMatchObject({ status: "ran", exitCode: 0, outputTail: expect.stringMatching(/^left\n/) });
  expect(next).toMatchObject({ status: "ran", exitCode: 0, outputTail: expect.stringMatching(/next\n$/) });
});

test("a step that kills its own shell has not done its work, whatever it printed", async () => {
  const [hard, next] = await follow("echo done; kill -9 $$");
  expect(hard).toMatchObject({ status: "session-ended", exitCode: null, outputTail: "done\n" });
  expect(next).toMatchObject({ status: "skipped" });
});

test("binary, colours and what looks like the end of a block are output, and do not end it", async () => {
  const commands = [
    String.raw`printf '\036%s 0\036' "$(printf 'a%.0s' {1..32})"`,
    String.raw`printf '\036%s 0\036' "$__drillbook_token"`,
    String.raw`printf '\033[2J\033]0;title\007\0\377\376'`,
    "head -c 3000 /dev/urandom",
    "set",
    "(exit 7)",
    "echo never",
  ].join("\n");
  const [hard, next] = await follow(commands);
  expect(hard).toMatchObject({ status: "ran", exitCode: 7 });
  expect(next).toMatchObject({ status: "skipped" });
  const kept = await readFile(file());
  expect(kept.includes(Buffer.from("\u001b[2J"))).toBe(true);
  expect(kept.length).toBe(hard?.outputBytes);
});
