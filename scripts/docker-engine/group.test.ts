/** On a made-up tree of control groups, since the tests start no engine. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { EngineHost } from "../../harness/tools/docker/private-engine.ts";
import { killGroup, makeGroup, processesOf, removeGroup, thaw } from "./group.ts";

let root: string;
let host: EngineHost;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "drillbook-group-"));
  host = {
    platform: "linux",
    uid: 0,
    cgroupFolder: join(root, "cgroup"),
    osReleaseFile: "",
    procFolder: join(root, "proc"),
  };
  write("cgroup/freezer/cgroup.procs", "1\n");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, text: string): string {
  const file = join(root, path);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, text);
  return file;
}

test("its processes are those of all groups in it, and no others", () => {
  expect(processesOf(host)).toEqual([]);
  writeFileSync(makeGroup(host), "11\n12\n");
  write("cgroup/freezer/drillbook-engine/containers/c1/cgroup.procs", "13\n");
  write("cgroup/freezer/other/cgroup.procs", "14\n");
  expect(processesOf(host)).toEqual(expect.arrayContaining([11, 12, 13]));
  expect(processesOf(host)).toHaveLength(3);
});

test("whatever stands still in it goes on: v1", () => {
  const ours = write("cgroup/freezer/drillbook-engine/containers/c1/freezer.state", "FROZEN\n");
  const half = write("cgroup/freezer/drillbook-engine/containers/c2/freezer.state", "FREEZING\n");
  const theirs = write("cgroup/freezer/other/freezer.state", "FROZEN\n");
  thaw(host);
  expect([ours, half, theirs].map((file) => readFileSync(file, "utf8"))).toEqual(["THAWED", "THAWED", "FROZEN\n"]);
});

test("whatever stands still in it goes on: v2", () => {
  rmSync(join(root, "cgroup/freezer"), { recursive: true });
  write("cgroup/cgroup.controllers", "memory");
  const ours = write("cgroup/drillbook-engine/containers/c1/cgroup.freeze", "1\n");
  thaw(host);
  expect(readFileSync(ours, "utf8")).toBe("0");
});

test("killed is what is in it, and nothing whose number was in it a moment ago", async () => {
  const [ours, theirs] = [spawn("sleep", ["60"]), spawn("sleep", ["60"])];
  try {
    writeFileSync(makeGroup(host), `${ours.pid}\n${theirs.pid}\n`);
    write(`proc/${ours.pid}/cgroup`, "6:freezer:/drillbook-engine/containers/c1\n5:pids:/elsewhere\n");
    write(`proc/${theirs.pid}/cgroup`, "6:freezer:/drillbook-engine-of-others/c1\n");
    const ended = once(ours, "exit");
    // The made-up group keeps both numbers, so the wait runs out.
    expect(await killGroup(host, 300)).toEqual([ours.pid, theirs.pid]);
    await ended;
    expect(ours.signalCode).toBe("SIGKILL");
    expect(theirs.exitCode).toBeNull();
    expect(theirs.signalCode).toBeNull();
  } finally {
    theirs.kill("SIGKILL");
    ours.kill("SIGKILL");
  }
});

test("the group is removed from each hierarchy, from the inside out; one that is not empty is told", () => {
  const at = (path: string): string => join(root, "cgroup", path);
  for (const hierarchy of ["freezer", "memory"])
    mkdirSync(at(`${hierarchy}/drillbook-engine/containers/c1/deep`), { recursive: true });
  mkdirSync(at("memory/other"), { recursive: true });
  // A file keeps a folder as a process keeps a group.
  write("cgroup/memory/drillbook-engine/containers/held", "");
  expect(removeGroup(host)).toEqual([at("memory/drillbook-engine")]);
  expect(existsSync(at("freezer/drillbook-engine"))).toBe(false);
  expect(existsSync(at("memory/drillbook-engine/containers/c1"))).toBe(false);
  expect(existsSync(at("memory/other"))).toBe(true);
});
