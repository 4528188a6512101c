import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { misfit } from "../../fixtures/reports/published-schema.ts";
import { capturedTerminal } from "../../fixtures/workers/captured-terminal.ts";
import { commandLine } from "../../fixtures/workers/command-line.ts";
import { parseSuite } from "../integrity/index.ts";
import { runCommandLine } from "./command-line.ts";

const { drillbook, reports, reportsOf, stateDir, terminal } = commandLine([
  "passes",
  "heals-by-itself",
  "refuses",
  "has-cases",
  "is-skipped",
  "crashes-early",
  "is-killed",
  "disk-full",
]);
const onlyRun = (): string => reportsOf("");

describe("a wrong command line exits with 2, says what is near, and starts nothing", () => {
  test.each([
    [["run", "pases"], "Did you mean passes?"],
    [["run"], "Which drill?"],
    [["run", "zz-*"], "zz-*"],
    [["run", "passes", "pases"], "Did you mean passes?"],
    [["run", "passes", "--sed", "1"], "--seed"],
    [["rnu"], "run"],
    [["run", "passes", "--seed", "1.5"], "a seed"],
    [["run", "passes", "--seed", "4294967296"], "a seed"],
    [["run", "passes", "--seeds", "3..1"], "the first and the last"],
    [["run", "passes", "--seeds", "1"], "the first and the last"],
    [["run", "passes", "--seeds", "1..2", "--seed", "1"], "cannot be used with"],
    [["run", "passes", "--seeds", "1..2", "--repeat", "2"], "cannot be used with"],
    [["run", "passes", "--rate", "0"], "a rate"],
    [["run", "passes", "--reaction", "5"], "a duration"],
    [["run", "passes", "--runbook", "nothing.md"], "nothing.md"],
    [["run", "passes", "refuses", "--runbook", "nothing.md"], "one drill"],
    [["judge"], "run folder"],
    [["judge", "reports/nothing"], "reports/nothing"],
    [["report", "reports/nothing"], "reports/nothing"],
    [["clean", "20261121T160501Z-passes-a1b2"], "20261121T160501Z-passes-a1b2"],
    [["list", "too", "many"], "too many arguments"],
  ])("%j", async (argv, said) => {
    expect(await drillbook(...argv)).toBe(2);
    expect(terminal().err()).toContain(said);
    expect(terminal().out()).toBe("");
    expect(reports()).toEqual([]);
  });
});

test.each([[["--help"]], [["help", "run"]], [["--version"]]])("%j exits with 0", async (argv) => {
  expect(await drillbook(...argv)).toBe(0);
  expect(terminal().out()).not.toBe("");
});

test("a drill that passes exits with 0, and shows phases, verdict and seed", async () => {
  expect(await drillbook("run", "passes", "--seed", "7")).toBe(0);
  for (const said of ["provision ...", "seed 7", "PASSED", "report.html"]) expect(terminal().out()).toContain(said);
  expect(readdirSync(onlyRun())).toEqual(
    expect.arrayContaining(["ledger.ndjson", "result.json", "report.html", "junit.xml", "summary.md"]),
  );
});

test.each([[[]], [["--controls"]], [["--repeat", "2"]]])(
  "a drill that needs what is absent is skipped for all to see, and never counts as passed: %j",
  async (flags) => {
    expect(await drillbook("run", "is-skipped", ...flags)).toBe(4);
    expect(terminal().out()).toContain("SKIPPED  is-skipped: it needs what is absent here: network-faults (no bridge)");
    expect(reports()).toHaveLength(1);
    expect(readFileSync(join(onlyRun(), "junit.xml"), "utf8")).toContain("<skipped/>");
  },
);

test("a drill that is skipped takes nothing from those that ran", async () => {
  expect(await drillbook("run", "passes", "is-skipped")).toBe(0);
});

test("with several seeds a drill is run with each, and has a verdict over all", async () => {
  expect(await drillbook("run", "passes", "--seeds", "4..5")).toBe(0);
  const [suite = "", ...others] = reports().filter((name) => name.startsWith("suite-"));
  expect(others).toEqual([]);
  const { drills, outcome, parts } = parseSuite(readFileSync(join(reportsOf(suite), "suite.json"), "utf8"));
  expect({ outcome, seeds: parts.map(({ seeds }) => seeds) }).toEqual({ outcome: "passed", seeds: [[4, 5]] });
  expect(drills).toMatchObject([
    {
      outcome: "passed",
      seeds: [
        { seed: 4, outcome: "passed" },
        { seed: 5, outcome: "passed" },
      ],
      runs: [{ seed: 4 }, { seed: 5 }],
    },
  ]);
});

test.each([
  ["refuses", 2],
  ["is-skipped", 4],
])("%s does so with each of several seeds", async (drill, exitCode) => {
  expect(await drillbook("run", drill, "--seeds", "4..5")).toBe(exitCode);
});

test("with --json stdout is result.json, byte for byte, and nothing else", async () => {
  expect(await drillbook("run", "passes", "--json")).toBe(0);
  expect(terminal().out()).toBe(readFileSync(join(onlyRun(), "result.json"), "utf8"));
  expect(terminal().err()).toContain("provision ...");
});

test("with --json several drills are one document, and what did not start is in it", async () => {
  expect(await drillbook("run", "passes", "refuses", "--json")).toBe(3);
  const document = JSON.parse(terminal().out()) as {
    results: { drillId: string }[];
    notStarted: { drillId: string; code: string }[];
  };
  expect(document.results.map((result) => result.drillId)).toEqual(["passes"]);
  expect(document.notStarted).toMatchObject([{ drillId: "refuses", code: "usage" }]);
});

test("a scenario of several drills, asked for by its name, runs them all", async () => {
  expect(await drillbook("run", "has-cases", "--json")).toBe(0);
  const { results } = JSON.parse(terminal().out()) as { results: { drillId: string }[] };
  expect(results.map((result) => result.drillId)).toEqual(["has-cases.passes", "has-cases.too"]);
  const drillOf = (name: string): string => name.split("-").slice(1, -1).join("-");
  const [suite = "", ...others] = reports().filter((name) => name.startsWith("suite-"));
  expect(others).toEqual([]);
  expect(
    reports()
      .filter((name) => name !== suite)
      .map(drillOf),
  ).toEqual(["has-cases.passes", "has-cases.too"]);
  const text = readFileSync(join(reportsOf(suite), "suite.json"), "utf8");
  expect(JSON.parse(text)).toMatchObject({ outcome: "passed", selected: ["has-cases.passes", "has-cases.too"] });
  expect(misfit("suite", text)).toBeNull();
  const [part] = (JSON.parse(text) as { parts: { startedAt: string }[] }).parts;
  const firstWritten = statSync(join(reportsOf("has-cases.passes"), "ledger.ndjson")).mtimeMs;
  expect(Date.parse(part?.startedAt ?? "")).toBeLessThan(firstWritten);
});

test("shards that ran apart become one, and one that is missing leaves it open", async () => {
  const all = ["passes", "heals-by-itself"];
  expect(await drillbook("run", ...all, "--shard", "1/2", "--out", "first")).toBe(0);
  expect(await drillbook("merge", "first", "--out", "half")).toBe(4);
  expect(terminal().out()).toContain("heals-by-itself has no verdict");
  expect(await drillbook("run", ...all, "--shard", "2/2", "--jobs", "2", "--out", "second")).toBe(0);
  expect(await drillbook("merge", "first", "second", "--out", "whole")).toBe(0);
  expect(readdirSync(join(terminal().cwd, "whole")).filter((name) => !name.startsWith("suite-"))).toHaveLength(2);
  expect(await drillbook("run", "passes", "--shard", "2/2")).toBe(2);
  expect(terminal().err()).toContain("1 drills were asked for");
});

test("a page with problems is told by line, exits with 2 and leaves no folder", async () => {
  expect(await drillbook("run", "refuses", "--json")).toBe(2);
  expect(terminal().err()).toContain("page.md:12:");
  expect(terminal().out()).toBe("");
  expect(existsSync(join(terminal().cwd, "reports"))).toBe(false);
});

test("a worker that cannot be loaded is broken, with its own words", async () => {
  expect(await drillbook("run", "crashes-early")).toBe(3);
  expect(terminal().err()).toContain("cannot find module");
  expect(existsSync(join(terminal().cwd, "reports"))).toBe(false);
});

test("a worker that is killed leaves a run that is interrupted, judged and off the books", async () => {
  expect(await drillbook("run", "is-killed")).toBe(130);
  expect(terminal().out()).toContain("ended unexpectedly");
  expect(JSON.parse(readFileSync(join(onlyRun(), "result.json"), "utf8"))).toMatchObject({ outcome: "interrupted" });
  expect(readdirSync(join(stateDir(), "runs"))).toEqual([]);
});

test("a full disk breaks the run and says so", async () => {
  expect(await drillbook("run", "disk-full")).toBe(3);
  expect(terminal().err()).toContain("no space left on device");
});

test("an --out that cannot be written is the environment's fault, and nothing is started", async () => {
  writeFileSync(join(terminal().cwd, "file"), "");
  expect(await drillbook("run", "passes", "--out", "file/reports")).toBe(3);
  expect(terminal().err()).toContain("--out");
  expect(terminal().out()).not.toContain("provision");
});

test("judging a stored run again gives the same bytes, also from another place", async () => {
  await drillbook("run", "passes");
  const first = readFileSync(join(onlyRun(), "result.json"), "utf8");
  const moved = join(terminal().cwd, "moved");
  mkdirSync(moved);
  writeFileSync(join(moved, "ledger.ndjson"), readFileSync(join(onlyRun(), "ledger.ndjson")));
  using other = capturedTerminal();
  expect(await runCommandLine(["judge", moved, "--json"], other)).toBe(0);
  expect(other.out()).toBe(first);
  expect(readFileSync(join(moved, "result.json"), "utf8")).toBe(first);
  expect(await runCommandLine(["report", moved], other)).toBe(0);
  expect(existsSync(join(moved, "report.html"))).toBe(true);
});

test("judge names the nearest run when the folder is not there", async () => {
  await drillbook("run", "passes");
  const wrong = `${onlyRun().slice(0, -1)}x`;
  expect(await drillbook("judge", wrong)).toBe(2);
  expect(terminal().err()).toContain(`Did you mean ${reports()[0]}?`);
});

describe("controls", () => {
  test("a control runs instead of the drill, and says what its pass means", async () => {
    expect(await drillbook("run", "passes", "--control", "no-fault")).toBe(0);
    expect(terminal().out()).toContain("control no-fault of passes");
    expect(terminal().out()).toContain("the cluster stays steady when nothing is broken");
  });

  test("a control is one of four, and not asked for beside all of them", async () => {
    expect(await drillbook("run", "passes", "--control", "no-folt")).toBe(2);
    expect(await drillbook("run", "passes", "--control", "no-fault", "--controls")).toBe(2);
    expect(await drillbook("run", "passes", "--controls", "--keep")).toBe(2);
    expect(reports()).toEqual([]);
  });

  test("a drill whose controls show what they must passes, and the set has its record", async () => {
    expect(await drillbook("run", "passes", "--controls")).toBe(0);
    expect(terminal().out()).toContain("PASSED  passes with its controls");
    const record = JSON.parse(readFileSync(join(reportsOf("passes-controls"), "controls.json"), "utf8")) as {
      readonly outcome: string;
      readonly runs: readonly { readonly control: string; readonly outcome: string }[];
    };
    expect(record.outcome).toBe("passed");
    expect(record.runs.map((one) => `${one.control} ${one.outcome}`)).toEqual(
      ["none", "no-fault", "no-recovery", "restart-only", "recovery-only"].map((control) => `${control} passed`),
    );
  });

  test("a drill that heals by itself is void, and exits with 1 although it passed", async () => {
    expect(await drillbook("run", "heals-by-itself", "--controls")).toBe(1);
    expect(terminal().out()).toContain("VOID  heals-by-itself with its controls");
    expect(terminal().out()).toContain("no-recovery did not show what it must");
  });
});
