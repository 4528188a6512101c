/** Every page of the catalogue can be read, its commands are bash, and what it says of its steps is so. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { catalogue } from "../harness/cli/catalogue.ts";
import { loadScenario } from "../harness/cli/load-scenario.ts";
import { parseRunbook, stepsOf, type RunbookStep } from "../harness/runbook/index.ts";

const pages = new Set<string>();
for (const entry of catalogue()) {
  for (const { expected, runbook } of await loadScenario(entry)) {
    const own = [runbook, expected.kind === "failed" ? expected.corrected.runbook : null];
    for (const page of own) if (page !== null) pages.add(join(dirname(entry.file), page));
  }
}

/** Commands that change a member, its files, or the cluster. */
const ACTING = /nodectl (start|stop)|member (add|remove|update|promote)|move-leader|sed -i|\b(rm|mv|put|del)\b/;

describe.each([...pages])("%s", (file) => {
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
