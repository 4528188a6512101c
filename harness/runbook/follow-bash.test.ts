/** The follower with real shells: what a page does in bash is what the record says. */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { seededRandom, systemClock, type RunContext } from "../core/index.ts";
import type { LedgerEntry, StepEntry } from "../ledger/index.ts";
import { openProcessSubstrate } from "../substrate/index.ts";
import { followRunbook } from "./follow.ts";
import { parseRunbook } from "./parse.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "drillbook-bash-"));
});
afterEach(async () => rm(folder, { recursive: true, force: true }));

/** Follows a page of steps on the workstation and gives their entries. */
async function follow(page: string): Promise<readonly StepEntry[]> {
  const entries: LedgerEntry[] = [];
  const recorder = { record: (entry: LedgerEntry): void => void entries.push(entry), flush: (): void => undefined };
  const run: RunContext = {
    runId: "follow-bash",
    clock: systemClock(),
    random: seededRandom(1),
    signal: new AbortController().signal,
    workDir: join(folder, "work"),
    evidenceDir: join(folder, "evidence"),
  };
  await using substrate = await openProcessSubstrate({ run, recorder });
  const workstation = await substrate.createWorkstation({ name: "workstation", programs: {} });
  const cluster = { nodes: [], workstation, roleEnvironment: () => ({ SURVIVOR_NAME: "n2" }) };
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

const step = (attributes: string, ...commands: readonly string[]): string =>
  ["```sh on=workstation " + attributes, ...commands, "```", ""].join("\n");

test("folder, variables and functions stay from one step to the next", async () => {
  const entries = await follow(
    step("step=a", "cd /", "who=$SURVIVOR_NAME", 'tell() { echo "$who in $PWD"; }') + step("step=b", "tell"),
  );
  expect(entries).toMatchObject([
    { id: "a", status: "ran", exitCode: 0 },
    { id: "b", status: "ran", exitCode: 0, outputTail: "n2 in /\n", outputFile: "evidence/steps/02-b.txt" },
  ]);
  await expect(readFile(join(folder, "evidence/steps/02-b.txt"), "utf8")).resolves.toBe("n2 in /\n");
});

test("a command that fails ends its step and the page, with its own exit code", async () => {
  const entries = await follow(step("step=a", "echo before", "(exit 7)", "echo after") + step("step=b", "echo never"));
  expect(entries).toMatchObject([
    { id: "a", status: "ran", exitCode: 7, outputTail: "before\n" },
    { id: "b", status: "skipped" },
  ]);
});

test("a loop whose condition never comes ends at the step's time-out", async () => {
  const entries = await follow(
    step("step=a timeout=300ms", "until false; do sleep 0.05; done") + step("step=b", "echo never"),
  );
  expect(entries).toMatchObject([
    { id: "a", status: "timed-out", exitCode: null },
    { id: "b", status: "skipped" },
  ]);
});

test("a step that leaves its shell has not done its work, whatever it said", async () => {
  const entries = await follow(step("step=a", "exit 0") + step("step=b", "echo never"));
  expect(entries).toMatchObject([
    { id: "a", status: "session-ended", exitCode: null },
    { id: "b", status: "skipped" },
  ]);
});
