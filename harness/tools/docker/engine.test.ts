import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fakeEngine } from "../../../fixtures/tools/fake-engine.ts";
import { fakeMachine, type FakeMachine } from "../../../fixtures/tools/fake-machine.ts";
import { findEngine, requireEngine } from "./engine.ts";
import { inspectDocker } from "./inspect.ts";
import { hindrance, PRIVATE_HOST, privateProgramsFolder, type EngineHost } from "./private-engine.ts";

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "drillbook-engine-"));
  mkdirSync(join(root, "cgroup/freezer"), { recursive: true });
  writeFileSync(join(root, "cgroup/freezer/cgroup.procs"), "");
  writeFileSync(join(root, "os-release"), 'PRETTY_NAME="Debian"\nID=debian\n');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** A Debian with root and control groups. */
function host(but: Partial<EngineHost> = {}): EngineHost {
  return {
    platform: "linux",
    uid: 0,
    cgroupFolder: join(root, "cgroup"),
    osReleaseFile: join(root, "os-release"),
    procFolder: "/proc",
    ...but,
  };
}

/** With all that a private engine takes, nothing of which runs. */
function ableMachine(): FakeMachine {
  const machine = fakeMachine();
  for (const name of ["ip", "unshare", "mount", "apt-get", "dpkg", "dpkg-deb"]) machine.addProgram(name, "exit 1");
  mkdirSync(machine.aptDir, { recursive: true });
  writeFileSync(join(machine.aptDir, "sources.list"), "deb http://mirror.invalid/debian bookworm main\n");
  return machine;
}

describe("which engine", () => {
  test.each<readonly [string, readonly string[], string | undefined, object]>([
    ["the client's own", ["default", PRIVATE_HOST], undefined, { whose: "default", environment: {} }],
    [
      "the private one, though nobody named it",
      [PRIVATE_HOST],
      undefined,
      { whose: "private", environment: { DOCKER_HOST: PRIVATE_HOST } },
    ],
    ["the one that is named", ["tcp://x", "default"], "tcp://x", { whose: "named" }],
    ["the private one by its name", [PRIVATE_HOST], PRIVATE_HOST, { whose: "private" }],
    [
      "no other than the one that is named",
      ["default", PRIVATE_HOST],
      "tcp://x",
      { reason: "Cannot connect to tcp://x" },
    ],
    ["none", [], undefined, { reason: "Cannot connect to default" }],
  ])("%s", async (_name, answering, named, expected) => {
    using engine = fakeEngine({ answering, ...(named === undefined ? {} : { named }) });
    expect(await findEngine(engine, host())).toMatchObject(expected);
  });

  test("versions are those that were said", async () => {
    using engine = fakeEngine();
    expect(await findEngine(engine, host())).toMatchObject({ clientVersion: "28.2.2", version: "26.1.5" });
  });

  test("without one, the error says why and what to do", async () => {
    using engine = fakeEngine({ answering: [] });
    await expect(requireEngine(engine)).rejects.toMatchObject({
      code: "environment",
      message: expect.stringMatching(/^No Docker engine answers: Cannot connect to default\. To have one: /),
    });
  });
});

describe("what keeps a machine from a private engine", () => {
  test("nothing, on a Debian with root and control groups of either kind", () => {
    using machine = ableMachine();
    expect(hindrance(machine, host())).toBeUndefined();
    rmSync(join(root, "cgroup/freezer"), { recursive: true });
    writeFileSync(join(root, "cgroup/cgroup.controllers"), "");
    expect(hindrance(machine, host())).toBeUndefined();
  });

  test.each<readonly [string, Partial<EngineHost>, string]>([
    ["another system", { platform: "darwin" }, "no Debian"],
    ["another distribution", { osReleaseFile: "/nowhere" }, "no Debian"],
    ["not root", { uid: 1000 }, "not root"],
    ["no control groups", { cgroupFolder: "/nowhere" }, "no control groups"],
  ])("%s", (_name, but, reason) => {
    using machine = ableMachine();
    expect(hindrance(machine, host(but))?.reason).toContain(reason);
  });

  test("no ip on PATH; the remedy names the package", () => {
    using machine = ableMachine();
    rmSync(join(machine.searchPath[0] ?? "", "ip"));
    expect(hindrance(machine, host())).toEqual({
      reason: "no ip on PATH",
      remedy: "apt-get install iproute2 util-linux mount",
    });
  });

  test("no mirror, unless the programs are in the cache", () => {
    using machine = ableMachine();
    rmSync(machine.aptDir, { recursive: true });
    expect(hindrance(machine, host())?.reason).toContain("names no mirror of Debian");
    mkdirSync(privateProgramsFolder(machine), { recursive: true });
    expect(hindrance(machine, host())).toBeUndefined();
  });
});

describe("what doctor says", () => {
  test("of an engine that has no base yet", async () => {
    using engine = fakeEngine();
    expect(await inspectDocker(engine, host())).toMatchObject({
      engine: { version: "26.1.5", whose: "default" },
      trouble: null,
      base: { image: null, otherwise: expect.stringContaining("pulled by the first run that needs it") },
    });
    expect(engine.calls()).toEqual(["image inspect debian:trixie-slim"]);
  });

  test("where none answers and a private one can be started", async () => {
    using machine = ableMachine();
    machine.addProgram("docker", "echo 'Is the docker daemon running?' >&2; exit 1");
    expect(await inspectDocker(machine, host())).toMatchObject({
      engine: null,
      trouble: { reason: "Is the docker daemon running?", remedy: expect.stringContaining("npm run docker-engine") },
    });
  });

  test("where none answers and none can be started", async () => {
    using machine = fakeMachine();
    expect(await inspectDocker(machine, host({ uid: 1000 }))).toMatchObject({
      client: null,
      trouble: { reason: "no docker client on PATH", remedy: expect.stringContaining("this is not root") },
    });
  });
});
