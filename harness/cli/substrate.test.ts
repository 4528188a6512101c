/** Where nodes live, as the command line takes it, where no engine answers. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { commandLine } from "../../fixtures/workers/command-line.ts";

const { drillbook, reports, reportsOf, terminal } = commandLine(["passes"]);

test("without an engine that answers, every drill in containers is skipped for all to see, and nothing passes", async () => {
  vi.stubEnv("DOCKER_HOST", `unix://${join(terminal().cwd, "no-engine.sock")}`);
  expect(await drillbook("run", "passes", "--substrate", "docker")).toBe(4);
  expect(terminal().out()).toMatch(/^SKIPPED {2}passes: .*(no Docker engine answers|as root)/m);
  expect(terminal().out()).not.toContain("provision");
  expect(reports()).toHaveLength(1);
  expect(readFileSync(join(reportsOf(""), "junit.xml"), "utf8")).toContain("<skipped");
});

test("a substrate is one of two, and plain processes need no engine", async () => {
  expect(await drillbook("run", "passes", "--substrate", "podman")).toBe(2);
  vi.stubEnv("DOCKER_HOST", `unix://${join(terminal().cwd, "no-engine.sock")}`);
  expect(await drillbook("run", "passes")).toBe(0);
});
