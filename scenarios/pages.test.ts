/** Every page of the catalogue is there and can be read, its commands are bash, what it says of its steps is so, and its failure has a story. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { catalogue } from "../harness/cli/catalogue.ts";
import { loadScenario } from "../harness/cli/load-scenario.ts";
import { drillName } from "../harness/drill/index.ts";
import { parseRunbook, stepsOf, type RunbookStep } from "../harness/runbook/index.ts";

/** The pages that each scenario's drills are about, and the corrected ones, by the scenario's folder. */
const declared = new Map<string, ReadonlySet<string>>();
/** What drills are declared to fail, each with its name. */
const stories: (readonly [drill: string, story: string])[] = [];
/** The steps at which pages are declared to stop, each with its drill, the drill's page, and how that is read. */
const stops: (readonly [drill: string, step: string, file: string, reading: Readonly<Record<string, string>>])[] = [];
for (const entry of catalogue()) {
  const own = new Set<string>();
  for (const drill of await loadScenario(entry)) {
    const { expected, runbook } = drill;
    // A page of another scenario is that one's.
    const add = (page: string | null): unknown => page === null || page.startsWith("../") || own.add(page);
    add(runbook);
    if (expected.kind === "passed") continue;
    add(expected.corrected.runbook);
    stories.push([drillName(drill), expected.story]);
    const file = join(dirname(entry.file), runbook ?? "");
    for (const step of expected.stopsAt ?? []) stops.push([drillName(drill), step, file, drill.reading ?? {}]);
  }
  declared.set(dirname(entry.file), own);
}
const pages = [...declared].flatMap(([folder, own]) => [...own].map((page) => join(folder, page))).filter(existsSync);

/** Commands that change a member, its files, or the cluster. */
const ACTING = /nodectl (start|stop)|member (add|remove|update|promote)|move-leader|sed -i|\b(rm|mv|put|del)\b/;

test.each([...declared])("the pages in %s are those that its drills declare", (folder, own) => {
  const there = readdirSync(folder).filter((name) => name.endsWith(".md"));
  expect(there.toSorted()).toEqual([...own].toSorted());
});

test.each(stories)("the declared failure of %s has its story: %s", (_drill, story) => {
  const findings = readFileSync(new URL("../docs/findings.md", import.meta.url), "utf8");
  expect(findings.split("\n")).toContain(`## ${story}`);
});

test.each(stops)("%s is declared to stop at %s, a step of its page in its reading", (_drill, id, file, reading) => {
  const steps = stepsOf(parseRunbook(readFileSync(file, "utf8"), file), "recovery");
  const step = steps.find((one) => one.id === id);
  expect(step).toBeDefined();
  const { onlyIf } = step ?? { onlyIf: null };
  expect(onlyIf === null || onlyIf.values.includes(reading[onlyIf.choice] ?? "")).toBe(true);
});

describe.each(pages)("%s", (file) => {
  const page = parseRunbook(readFileSync(file, "utf8"), file);
  const steps: readonly RunbookStep[] = [...stepsOf(page, "preparation"), ...stepsOf(page, "recovery")];

  test("has no problem, and every block of it is a step", () => {
    expect(page.problems).toEqual([]);
    expect(steps.length).toBeGreaterThan(0);
    expect(steps).toHaveLength(page.blocks.length);
  });

  test("a step that says it only looks does not act", () => {
    expect(steps.filter((step) => !step.acts && ACTING.test(step.text)).map((step) => step.id)).toEqual([]);
  });

  test("no command gives etcdctl its endpoints twice, which it refuses", () => {
    expect(steps.filter((step) => step.text.includes("--endpoints")).map((step) => step.id)).toEqual([]);
  });

  test.each(steps)("$id is bash", ({ text }) => {
    expect(() => execFileSync("bash", ["-n"], { input: text, stdio: ["pipe", "ignore", "pipe"] })).not.toThrow();
  });
});
