import { existsSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { DrillError } from "../core/index.ts";
import { fakeMachine, PINNED, type FakeMachine } from "../../fixtures/tools/fake-machine.ts";
import { inspectTools } from "./inspect.ts";
import type { ResolvedProgram } from "./program.ts";
import { resolvePrograms } from "./resolve.ts";

const NAMES = ["etcd", "etcdctl", "etcdutl"];

async function resolve(machine: FakeMachine, signal?: AbortSignal) {
  const progress: string[] = [];
  const programs = await resolvePrograms(NAMES, {
    progress: (line) => progress.push(line),
    machine,
    ...(signal === undefined ? {} : { signal }),
  });
  return { programs, progress };
}

function sources(programs: readonly ResolvedProgram[]): readonly string[] {
  return [...new Set(programs.map(({ source, version }) => `${source} ${version}`))];
}

/** The folders of finished programs in the cache, by the first letters of their names. */
function kept(machine: FakeMachine): readonly string[] {
  return existsSync(machine.cacheDir) ? readdirSync(machine.cacheDir).filter((name) => name !== "stamps") : [];
}

describe("the order", () => {
  test("a new enough Go wins over PATH: only it gives the pinned version", async () => {
    using machine = fakeMachine();
    machine.addGo("1.26.8");
    machine.addEtcd("3.5.21");
    const { programs, progress } = await resolve(machine);
    expect(sources(programs)).toEqual([`cache ${PINNED}`]);
    expect(programs.map(({ name }) => name)).toEqual(NAMES);
    expect(progress.join("\n")).toContain(`building etcd, etcdctl, etcdutl ${PINNED}`);
  });

  test("without Go, PATH, with the version that the programs say", async () => {
    using machine = fakeMachine();
    machine.addEtcd("3.5.21");
    const { programs } = await resolve(machine);
    expect(sources(programs)).toEqual(["path 3.5.21"]);
    expect(programs.every(({ sha256 }) => /^[0-9a-f]{64}$/.test(sha256))).toBe(true);
  });

  test("with a Go that is too old, PATH", async () => {
    using machine = fakeMachine();
    machine.addGo("1.24.9");
    machine.addEtcd("3.5.21");
    const { programs } = await resolve(machine);
    expect(sources(programs)).toEqual(["path 3.5.21"]);
    expect(machine.count("go build")).toBe(0);
  });

  test("when the build fails, PATH, and the reason is told", async () => {
    using machine = fakeMachine();
    machine.addGo("1.26.8");
    machine.addProgram("go", "echo 'no route to the modules' >&2; exit 1");
    machine.addEtcd("3.5.21");
    const { programs, progress } = await resolve(machine);
    expect(sources(programs)).toEqual(["path 3.5.21"]);
    expect(progress.at(-1)).toContain("no route to the modules");
    expect(kept(machine)).toEqual([]);
  });

  test("a PATH that is too old, or lacks one of the three, is not taken in part", async () => {
    using machine = fakeMachine();
    machine.addEtcd("3.4.30");
    machine.addDocker({ reference: "example/etcd:v3.6.5", version: "3.6.5" });
    expect(sources((await resolve(machine)).programs)).toEqual(["docker 3.6.5"]);

    using other = fakeMachine();
    other.addEtcd("3.6.1");
    rmSync(join(other.searchPath[0] ?? "", "etcdutl"));
    other.addDocker({ reference: "example/etcd:v3.6.5", version: "3.6.5" });
    expect(sources((await resolve(other)).programs)).toEqual(["docker 3.6.5"]);
  });

  test("a copy out of an image leaves no container, and is kept", async () => {
    using machine = fakeMachine();
    machine.addDocker({ reference: "example/etcd:v3.6.5", version: "3.6.5" });
    await resolve(machine);
    expect(machine.count("docker create")).toBe(1);
    expect(machine.count("docker rm")).toBe(1);
    await resolve(machine);
    expect(machine.count("docker create")).toBe(1);
  });

  test("an image of another program is not taken", async () => {
    using machine = fakeMachine();
    machine.addDocker({ reference: "example/etcd-wrapper:v3.6.5", version: "3.6.5" });
    await expect(resolve(machine)).rejects.toThrow("no image named etcd");
  });
});

describe("nothing anywhere", () => {
  test("the error names what is needed and every place's remedy", async () => {
    using machine = fakeMachine();
    const error = await resolve(machine).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(DrillError);
    expect(error).toMatchObject({ code: "environment" });
    const message = String(error);
    for (const part of ["etcd, etcdctl, etcdutl", "install Go 1.25", "3.5 or later on PATH", "Docker", "Debian"]) {
      expect(message).toContain(part);
    }
  });

  test("an unknown program is a defect of the caller", async () => {
    using machine = fakeMachine();
    await expect(resolvePrograms(["zookeeper"], { progress() {}, machine })).rejects.toMatchObject({ code: "harness" });
  });
});

describe("the cache", () => {
  test("a second start builds nothing and asks no program", async () => {
    using machine = fakeMachine();
    machine.addGo("1.26.8");
    const first = await resolve(machine);
    const asked = machine.count("etcd asked");
    const second = await resolve(machine);
    expect(second).toEqual({ programs: first.programs, progress: [] });
    expect(machine.count("go build")).toBe(1);
    expect(machine.count("etcd asked")).toBe(asked);
    expect(second.programs.every(({ path }) => existsSync(path))).toBe(true);
  });

  test("a program on PATH is asked once, and again when its file has changed", async () => {
    using machine = fakeMachine();
    machine.addEtcd("3.5.21");
    await resolve(machine);
    await resolve(machine);
    expect(machine.count("etcd asked")).toBe(1);
    machine.addEtcd("3.5.22-later");
    expect(sources((await resolve(machine)).programs)).toEqual(["path 3.5.22-later"]);
  });

  test("other bytes in a kept program are never taken for the pinned build", async () => {
    using machine = fakeMachine();
    machine.addGo("1.26.8");
    const first = await resolve(machine);
    const path = first.programs[0]?.path ?? "";
    const good = readFileSync(path, "utf8");
    writeFileSync(path, good.replaceAll(PINNED, "3.6.99"));
    const second = await resolve(machine);
    expect(sources(second.programs)).toEqual([`cache ${PINNED}`]);
    expect(readFileSync(path, "utf8")).toBe(good);
    expect(machine.count("go build")).toBe(2);
  });

  test("the same bytes with another time, as a restored cache has them, are believed without a build", async () => {
    using machine = fakeMachine();
    machine.addGo("1.26.8");
    const first = await resolve(machine);
    for (const { path } of first.programs) utimesSync(path, 1, 1);
    expect((await resolve(machine)).programs).toEqual(first.programs);
    expect(machine.count("go build")).toBe(1);
  });

  test.each([
    ["go.sum", "etcd/go.sum", "other sums\n"],
    ["go.mod", "etcd/go.mod", `require go.etcd.io/etcd/server/v3 v${PINNED} // again\n`],
  ])("a change of %s builds anew", async (_name, file, text) => {
    using machine = fakeMachine();
    machine.addGo("1.26.8");
    await resolve(machine);
    writeFileSync(
      join(machine.pinsDir, file),
      file.endsWith("mod") ? `module x\nrequire (\n\tgo.etcd.io/etcd/server/v3 v${PINNED}\n)\n// ${text}` : text,
    );
    await resolve(machine);
    expect(machine.count("go build")).toBe(2);
    expect(kept(machine)).toHaveLength(2);
  });

  test("another Go builds anew; without any Go the kept build is still good", async () => {
    using machine = fakeMachine();
    machine.addGo("1.26.8");
    await resolve(machine);
    machine.addGo("1.26.9");
    await resolve(machine);
    expect(machine.count("go build")).toBe(2);
    rmSync(join(machine.searchPath[0] ?? "", "go"));
    expect(sources((await resolve(machine)).programs)).toEqual([`cache ${PINNED}`]);
  });

  test("a build that gives another version than the pinned one is refused and not kept", async () => {
    using machine = fakeMachine();
    machine.addGo("1.26.8", "3.6.13");
    await expect(resolve(machine)).rejects.toMatchObject({ code: "harness" });
    expect(kept(machine)).toEqual([]);
  });

  test("an aborted build leaves nothing", async () => {
    using machine = fakeMachine();
    machine.addGo("1.26.8");
    const started = join(machine.cacheDir, "..", "started");
    machine.addProgram("go", `touch '${started}'; exec sleep 60`);
    const abort = new AbortController();
    const resolving = resolve(machine, abort.signal);
    await expect.poll(() => existsSync(started), { timeout: 30_000 }).toBe(true);
    abort.abort();
    await expect(resolving).rejects.toMatchObject({ code: "interrupted" });
    expect(kept(machine)).toEqual([]);
  });

  test("many starts at once get the same programs and leave one folder", async () => {
    using machine = fakeMachine();
    machine.addGo("1.26.8");
    const all = await Promise.all(Array.from({ length: 6 }, () => resolve(machine)));
    expect(new Set(all.map(({ programs }) => JSON.stringify(programs.map(({ path }) => path)))).size).toBe(1);
    expect(all.every(({ programs }) => programs.every(({ path }) => existsSync(path)))).toBe(true);
    expect(kept(machine)).toHaveLength(1);
  });

  test("a cache that cannot be written is said to be that", async () => {
    using machine = fakeMachine();
    machine.addGo("1.26.8");
    writeFileSync(machine.cacheDir, "a file where the folder should be");
    await expect(resolve(machine)).rejects.toThrow("XDG_CACHE_HOME");
  });
});

describe("inspectTools", () => {
  test("shows every place in the order of asking, and makes nothing", async () => {
    using machine = fakeMachine();
    machine.addGo("1.26.8");
    machine.addEtcd("3.5.21");
    const [report] = await inspectTools(machine);
    expect(report?.state).toBe("obtainable");
    expect(report?.places.map(({ source, state }) => [source, state])).toEqual([
      ["cache", "obtainable"],
      ["path", "ready"],
      ["docker", "absent"],
      ["debian", "absent"],
    ]);
    expect(report?.places.every(({ state, remedy }) => (state === "absent") === (remedy !== null))).toBe(true);
    expect(machine.count("go build")).toBe(0);
    expect(kept(machine)).toEqual([]);
  });

  test("says missing when no place has them, and ready with the versions when one has", async () => {
    using machine = fakeMachine();
    expect((await inspectTools(machine))[0]).toMatchObject({ state: "missing", resolved: [] });
    machine.addEtcd("3.5.21");
    const [report] = await inspectTools(machine);
    expect(report?.state).toBe("ready");
    expect(report?.resolved.map(({ version }) => version)).toEqual(["3.5.21", "3.5.21", "3.5.21"]);
  });
});
