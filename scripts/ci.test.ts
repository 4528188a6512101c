/** `.ci/run` on a made-up clone whose npm and npx are bash: what it counts, what it ends with, what it must not show. */
import { execFile } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { catalogue } from "../harness/cli/catalogue.ts";

const PROJECT = fileURLToPath(new URL("..", import.meta.url));
const GREEN = { success: true, testResults: [{ status: "passed", assertionResults: [passed("one"), passed("two")] }] };

let root: string;

function passed(fullName: string) {
  return { status: "passed", fullName };
}

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "drillbook-ci-"));
  for (const folder of ["bin", ".ci", "scripts", "node_modules/.bin"])
    mkdirSync(join(root, folder), { recursive: true });
  for (const file of [".ci/run", "scripts/count-tests.mjs", "scripts/count-drills.mjs"])
    copyFileSync(join(PROJECT, file), join(root, file));
  symlinkSync(process.execPath, join(root, "node_modules/.bin/node"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

interface World {
  readonly checkExit?: number;
  /** What Vitest's JSON reporter wrote; nothing when undefined. */
  readonly tests?: unknown;
  readonly testExit?: number;
  /** The outcome of each drill of etcd in the suite's file; null: there is no such file. */
  readonly drills?: readonly string[] | null;
  /** Of packing and installing the package. */
  readonly packExit?: number;
  /** The same of dqlite; left out: none, and all is good. */
  readonly dqlite?: readonly string[];
  /** The same of those in containers. */
  readonly contained?: readonly string[];
  /** Bash: what `npx drillbook run` of etcd's does besides; its exit code is that of the drills. */
  readonly drill?: string;
  /** What `npm run docker-engine` does; left out: all is good, and a private one is started. */
  readonly engine?: {
    /** Of `status`: 0 when a private one runs already. Default: 4. */
    readonly status?: number;
    /** Of `start`, which says the reason when it is not 0. */
    readonly start?: number;
    readonly images?: number;
  };
  /** Sends SIGTERM to the run when the drills begin. */
  readonly signalled?: boolean;
}

/** The systems whose drills CI does not run, each with the reason. */
const NOT_RUN_BECAUSE: Readonly<Record<string, string>> = {
  rke: "the control plane of Kubernetes is built from source once, which takes two processors 10 minutes",
};

const systemOf = (scenario: string): string => scenario.split("-")[0] ?? "";

const NO_ENGINE = "this is no Debian, and the engine's programs are Debian's";

function ci(world: World): Promise<{ code: number | null; output: string; last: string | undefined }> {
  const program = (name: string, script: string): void => {
    const file = join(root, "bin", name);
    writeFileSync(file, `#!/bin/bash\n${script}\n`);
    chmodSync(file, 0o755);
  };
  const { engine = {} } = world;
  const json = join(root, "vitest.json");
  if (world.tests !== undefined) writeFileSync(json, JSON.stringify(world.tests));
  program(
    "npm",
    `case "$*" in
       *docker-engine*) echo "$*" | sed 's/.*-- //' >>'${join(root, "engine-calls")}' ;;
     esac
     case "$*" in
       *docker-engine*status) exit ${engine.status ?? 4} ;;
       *docker-engine*start)
         if [ ${engine.start ?? 0} = 0 ]; then echo "DOCKER_HOST=unix:///made/up.sock"; else echo "${NO_ENGINE}" >&2; fi
         exit ${engine.start ?? 0} ;;
       *docker-engine*images) exit ${engine.images ?? 0} ;;
       *docker-engine*) exit 0 ;;
       pack*|init*|install*) if [ "$1" = pack ]; then touch "$4/drillbook-0.1.0.tgz"; fi; exit ${world.packExit ?? 0} ;;
       *check*) exit ${world.checkExit ?? 0} ;;
       *) echo "$DOCKER_HOST" >'${join(root, "docker-host")}'
          for argument; do case "$argument" in --outputFile.json=*) cp '${json}' "\${argument#*=}" ;; esac; done
          exit ${world.testExit ?? 0} ;;
     esac`,
  );
  const write = (outcomes: readonly string[], because: readonly string[]): string => {
    const drills = outcomes.map((outcome, index) => ({ drillId: `drill-${index}`, outcome }));
    const suite = JSON.stringify({ drills, because, skipped: [] });
    return `out="\${@: -1}"; mkdir -p "$out/suite-1"; echo '${suite}' >"$out/suite-1/suite.json";`;
  };
  const { drills = ["passed"], dqlite = [], contained = [] } = world;
  const etcd = drills === null ? "" : write(drills, drills.length === 0 ? ["No drill has a verdict."] : []);
  const group = (outcomes: readonly string[]): string =>
    `${write(outcomes, [])} exit ${outcomes.every((outcome) => outcome === "passed") ? 0 : 1}`;
  program(
    "npx",
    `case "$*" in *doctor*|*list*) ;; *"substrate docker"*) ${group(contained)} ;; *"run etcd-"*) touch '${join(root, "drills-began")}'; ${etcd} ${world.drill ?? "exit 0"} ;; *) ${group(dqlite)} ;; esac`,
  );
  return new Promise((resolve) => {
    const path = `${join(root, "bin")}:${dirname(process.execPath)}:/usr/bin:/bin`;
    const env = { ...process.env, PATH: path, DOCKER_HOST: "" };
    const child = execFile(join(root, ".ci/run"), { env }, (_error, stdout) => {
      resolve({ code: child.exitCode, output: stdout, last: stdout.trimEnd().split("\n").at(-1) });
    });
    if (world.signalled === true) {
      const waiting = setInterval(() => {
        if (!existsSync(join(root, "drills-began"))) return;
        clearInterval(waiting);
        child.kill("SIGTERM");
      }, 20);
    }
  });
}

test("all good: the checks, each test, each drill and the package count", async () => {
  const result = await ci({ tests: GREEN, drills: ["passed", "passed"] });
  expect(result).toMatchObject({ code: 0, last: "6 passed, 0 failed, 0 skipped" });
});

const withFailure = {
  testResults: [
    {
      status: "failed",
      assertionResults: [
        passed("one"),
        { status: "failed", fullName: "two", failureMessages: ["Error: why\n    at x"] },
      ],
    },
  ],
};
const withSkip = {
  testResults: [{ status: "passed", assertionResults: [passed("one"), { status: "skipped", fullName: "two" }] }],
};

test.each<readonly [string, World, number, string]>([
  ["a failed check", { checkExit: 1, tests: GREEN }, 1, "4 passed, 1 failed, 0 skipped"],
  ["a failed test", { tests: withFailure, testExit: 1 }, 1, "4 passed, 1 failed, 0 skipped"],
  ["a test run without an account", { testExit: 1 }, 1, "3 passed, 1 failed, 0 skipped"],
  ["a test run that was killed after it wrote", { tests: GREEN, testExit: 137 }, 1, "5 passed, 1 failed, 0 skipped"],
  ["a skipped test", { tests: withSkip }, 0, "4 passed, 0 failed, 1 skipped"],
  [
    "a failed drill",
    { tests: GREEN, drills: ["passed", "failed"], drill: "exit 1" },
    1,
    "5 passed, 1 failed, 0 skipped",
  ],
  [
    "an inconclusive drill",
    { tests: GREEN, drills: ["inconclusive"], drill: "exit 4" },
    1,
    "4 passed, 1 failed, 0 skipped",
  ],
  ["a failed drill of the other system", { tests: GREEN, dqlite: ["failed"] }, 1, "5 passed, 1 failed, 0 skipped"],
  ["a failed drill in containers", { tests: GREEN, contained: ["failed"] }, 1, "5 passed, 1 failed, 0 skipped"],
  ["a bad end of the drills", { tests: GREEN, drill: "exit 137" }, 1, "5 passed, 1 failed, 0 skipped"],
  ["drills without an account", { tests: GREEN, drills: null, drill: "exit 3" }, 1, "4 passed, 1 failed, 0 skipped"],
  ["a package that cannot be installed", { tests: GREEN, packExit: 1 }, 1, "4 passed, 1 failed, 0 skipped"],
  ["no drill at all", { tests: GREEN, drills: [] }, 1, "4 passed, 1 failed, 0 skipped"],
])("%s shows in the counts and in the exit code", async (_name, world, code, last) => {
  expect(await ci(world)).toMatchObject({ code, last });
});

test("what is not green, and why, is said again right before the counts", async () => {
  const { output } = await ci({ tests: withFailure, testExit: 1, drills: ["passed", "inconclusive"], drill: "exit 4" });
  expect(output.trimEnd().split("\n").slice(-4, -1)).toEqual([
    "=== not green",
    "failed: two: Error: why",
    "drill-1: inconclusive",
  ]);
});

test.each([
  ["PASSED  1 drill: 1 passed", 0],
  ["FAILED  2 drills: 1 passed, 1 failed", 1],
  ["FAILED, AS DECLARED  1 drill: 1 passed", 0],
])("of drills only what they came to is shown: %s", async (table, code) => {
  const drill = `echo "runbook ..."; echo "${table}"; echo "  spent"; exit ${code}`;
  const { output } = await ci({ tests: GREEN, drill });
  expect(output).toContain(`=== each drill once\n${table}\n  spent\n`);
});

test("drills that end without a table show how they ended", async () => {
  expect((await ci({ tests: GREEN, drill: `echo "runbook ..."; exit 3` })).output).toContain("runbook ...\n");
});

/** What was asked of `npm run docker-engine`, in order. */
const engineCalls = (): readonly string[] => readFileSync(join(root, "engine-calls"), "utf8").trimEnd().split("\n");

test("a private Docker engine is started before the tests, told to them, and stopped at the end", async () => {
  const { output } = await ci({ tests: GREEN });
  expect(engineCalls()).toEqual(["status", "start", "images", "stop"]);
  expect(readFileSync(join(root, "docker-host"), "utf8").trim()).toBe("unix:///made/up.sock");
  expect(output).toMatch(/=== docker engine\nThe engine and its images were there after \d+ s\.\n/);
});

test.each<readonly [string, World]>([
  ["when something fails", { tests: withFailure, testExit: 1, drills: null, packExit: 1 }],
  ["when it has no images", { tests: GREEN, engine: { images: 3 } }],
  ["when its start fails half-way", { tests: GREEN, engine: { start: 3 } }],
  ["on a signal", { tests: GREEN, signalled: true, drill: "sleep 2" }],
])("it is stopped %s, too", async (_name, world) => {
  expect((await ci(world)).code).not.toBe(0);
  expect(engineCalls().at(-1)).toBe("stop");
});

test("one that a person started is used, and left as it is", async () => {
  await ci({ tests: GREEN, engine: { status: 0 } });
  expect(engineCalls()).toEqual(["status", "start", "images"]);
});

test("on a machine that can have none, what runs in containers is skipped for all to see", async () => {
  const { code, last, output } = await ci({ tests: GREEN, engine: { start: 4 } });
  expect({ code, last }).toEqual({ code: 0, last: "5 passed, 0 failed, 1 skipped" });
  expect(output).toContain(`=== not green\nSkipped: what runs in containers. ${NO_ENGINE}\n`);
});

test.each<readonly [string, World["engine"]]>([
  ["an engine that cannot be started where it should", { start: 3 }],
  ["images that cannot be built", { images: 3 }],
])("%s is a failure", async (_name, engine = {}) => {
  const { code, last, output } = await ci({ tests: GREEN, engine });
  expect({ code, last }).toEqual({ code: 1, last: "5 passed, 1 failed, 0 skipped" });
  expect(output).toContain("There is no Docker engine with its images");
});

test("each scenario is of a system whose drills are run, or is skipped for all to see, with the reason", async () => {
  const others = catalogue().filter(({ id }) => !/^(etcd|dqlite|microk8s)-/.test(id));
  for (const { id } of catalogue()) mkdirSync(join(root, "scenarios", id), { recursive: true });
  const { code, last, output } = await ci({ tests: GREEN });
  expect({ code, last }).toEqual({ code: 0, last: `5 passed, 0 failed, ${others.length} skipped` });
  const told = output.slice(output.indexOf("=== not green\n")).match(/^Skipped: .*$/gm) ?? [];
  const reasonOf = (id: string): string => NOT_RUN_BECAUSE[systemOf(id)] ?? "no reason is known";
  expect(others.length).toBeGreaterThan(0);
  expect(told).toHaveLength(others.length);
  expect(told).toEqual(
    expect.arrayContaining(others.map(({ id }) => expect.stringContaining(`Skipped: ${id}. ${reasonOf(id)}`))),
  );
});

test("addresses of others stay out of the log, loopback addresses stay in", async () => {
  const drill = `echo "at https://127.0.50.1:2379 and http://localhost:1/x"
    echo "fetch https://packages.example.org/a/b failed, getaddrinfo ENOTFOUND packages.example.org" >&2; exit 3`;
  const { output } = await ci({ tests: GREEN, drill });
  expect(output).toContain("at https://127.0.50.1:2379 and http://localhost:1/x");
  expect(output).toContain("fetch <address>/a/b failed");
  expect(output).not.toContain("example.org");
});
