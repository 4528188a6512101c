import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { capturedTerminal } from "../../fixtures/workers/captured-terminal.ts";
import { commandLine } from "../../fixtures/workers/command-line.ts";
import { DECLARED_DRILLS } from "../../fixtures/workers/declared.ts";
import type { BothPagesResult } from "../integrity/index.ts";
import { runCommandLine } from "./command-line.ts";

const { drillbook, reports, reportsOf, terminal } = commandLine(DECLARED_DRILLS);
const verdict = (drill: string): BothPagesResult =>
  JSON.parse(readFileSync(join(reportsOf(`${drill}-declared`), "declared.json"), "utf8")) as BothPagesResult;

test("a page that fails as declared is green only with its corrected page", async () => {
  expect(await drillbook("run", "fails-as-declared", "--seed", "7", "--json")).toBe(0);
  expect(terminal().err()).toContain("failed, as declared: every-step-ran; the corrected page passed");
  const pair = verdict("fails-as-declared");
  expect(terminal().out()).toBe(readFileSync(join(reportsOf("as-declared-declared"), "declared.json"), "utf8"));
  expect(pair).toMatchObject({
    outcome: "passed",
    seed: 7,
    asWritten: { outcome: "failed" },
    corrected: { outcome: "passed" },
  });
  expect(readFileSync(join(reportsOf("as-declared-declared"), "declared.md"), "utf8")).toContain(
    "A page that cannot succeed",
  );
});

test("its JUnit files are not red: of the page as written nothing is, and the pair is green", async () => {
  await drillbook("run", "fails-as-declared");
  for (const name of reports()) {
    const xml = readFileSync(join(reportsOf(name), "junit.xml"), "utf8");
    expect(xml).not.toMatch(/<(failure|error)\b/);
  }
  expect(readFileSync(join(reportsOf("as-declared-declared"), "junit.xml"), "utf8")).not.toContain("<skipped");
  expect(readFileSync(join(reportsOf(verdict("fails-as-declared").asWritten.runId), "junit.xml"), "utf8")).toContain(
    "<skipped",
  );
});

test.each([
  ["fails-otherwise", 1, "which is not declared"],
  ["passes-though-declared", 1, "the declaration is stale"],
  ["corrected-page-fails", 1, "The corrected page: failed"],
  ["corrected-page-is-killed", 130, "The corrected page: interrupted"],
  ["corrected-page-is-refused", 3, "was not followed"],
])("%s exits with %i", async (drill, exitCode, said) => {
  expect(await drillbook("run", drill)).toBe(exitCode);
  expect(verdict(drill).outcome).not.toBe("passed");
  expect(terminal().out()).toContain(said);
});

test("one stored run keeps its true outcome, and says what was declared", async () => {
  await drillbook("run", "fails-as-declared");
  const { asWritten, corrected } = verdict("fails-as-declared");
  expect(await drillbook("judge", join("reports", asWritten.runId))).toBe(1);
  expect(terminal().out()).toContain("FAILED, AS DECLARED");
  expect(await drillbook("judge", join("reports", corrected?.runId ?? "none"))).toBe(0);
  expect(terminal().out()).toContain("The corrected page was followed, not the page as written.");
  expect(await drillbook("report", join("reports", asWritten.runId))).toBe(0);
});

test("another page than the drill's own is not declared to fail, and has no corrected one", async () => {
  writeFileSync(join(terminal().cwd, "page.md"), "");
  expect(await drillbook("run", "fails-as-declared", "--runbook", "page.md")).toBe(1);
  expect(reports()).toHaveLength(1);
});

test("its controls are those of the corrected page: there is no pass of the page as written to be doubted", async () => {
  expect(await drillbook("run", "fails-as-declared", "--controls")).toBe(0);
  expect(terminal().out()).toContain("failed, as declared");
  expect(terminal().out()).toContain("PASSED  fails-as-declared with its controls");
  expect(await drillbook("run", "corrected-page-fails", "--controls")).toBe(1);
});

test("it is repeated with the corrected page: the page as written has no recovery to be timed", async () => {
  expect(await drillbook("run", "fails-as-declared", "--repeat", "2")).toBe(4);
  expect(reports().filter((name) => name.includes("declared-repeats"))).toHaveLength(1);
  expect(reports()).toHaveLength(3);
});

test("list says that it came out as declared", async () => {
  await drillbook("run", "fails-as-declared");
  using other = capturedTerminal();
  const scenariosDir = terminal().scenarios(DECLARED_DRILLS);
  await runCommandLine(["list", "--out", join(terminal().cwd, "reports")], other, { scenariosDir });
  expect(other.err()).toBe("");
  expect(other.out()).toMatch(/fails-as-declared .*failed, as declared; corrected page passed/);
});
