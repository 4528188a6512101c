import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { fakeMachine, PINNED, type FakeMachine } from "../../fixtures/tools/fake-machine.ts";
import { inspectTools } from "./inspect.ts";
import { resolvePrograms } from "./resolve.ts";

const NAMES = ["etcd", "etcdctl", "etcdutl"];

const resolve = (machine: FakeMachine, versions: Readonly<Record<string, string>>) =>
  resolvePrograms(NAMES, { progress() {}, machine, versions });

const said = async (resolving: ReturnType<typeof resolve>) =>
  (await resolving).map(({ name, version, source }) => `${name} ${version} ${source}`);

describe("a version that is asked for", () => {
  test("is built from its pins, once, beside the other ones", async () => {
    using machine = fakeMachine();
    machine.addGo("1.26.8");
    await resolve(machine, {});
    machine.addGo("1.26.8", "3.5.21");
    expect(await said(resolve(machine, { etcd: "3.5.21" }))).toEqual(NAMES.map((name) => `${name} 3.5.21 cache`));
    await resolve(machine, { etcd: "3.5.21" });
    expect(machine.count("go build")).toBe(2);
    expect(machine.count("go list")).toBe(0);
    expect(await said(resolve(machine, { etcd: PINNED }))).toEqual(NAMES.map((name) => `${name} ${PINNED} cache`));
    expect(machine.count("go build")).toBe(2);
  });

  test("is built without pins when its modules are published, and what Go required stays beside it", async () => {
    using machine = fakeMachine();
    machine.addGo("1.26.8", "3.5.0");
    const [etcd] = await resolve(machine, { etcd: "3.5.0" });
    expect(etcd?.version).toBe("3.5.0");
    expect(machine.count("go list")).toBe(1);
    const manifest = readFileSync(join(dirname(etcd?.path ?? ""), "go.mod"), "utf8");
    for (const part of ["server", "etcdctl", "etcdutl"])
      expect(manifest).toContain(`go.etcd.io/etcd/${part}/v3 v3.5.0`);
  });

  test("of one program is put beside the drill's own, under a name that says so", async () => {
    using machine = fakeMachine();
    machine.addGo("1.26.8");
    await resolve(machine, {});
    machine.addGo("1.26.8", "3.5.21");
    const programs = await resolvePrograms([...NAMES, "etcd@3.5.21"], { progress() {}, machine });
    expect(programs.map(({ name, version }) => `${name} ${version}`)).toEqual([
      ...NAMES.map((name) => `${name} ${PINNED}`),
      "etcd-3.5.21 3.5.21",
    ]);
    expect(new Set(programs.map(({ path }) => path)).size).toBe(4);
  });

  test("that is not published is refused with those that are", async () => {
    using machine = fakeMachine();
    machine.addGo("1.26.8");
    const refused = resolve(machine, { etcd: "3.5.99" });
    await expect(refused).rejects.toMatchObject({ code: "usage" });
    await expect(refused).rejects.toThrow(`Those that can be had: 3.5.0, 3.5.21, ${PINNED}.`);
    expect(machine.count("go build")).toBe(0);
  });

  test("that is too old is refused with the reason, and nobody is asked", async () => {
    using machine = fakeMachine();
    machine.addGo("1.26.8");
    await expect(resolve(machine, { etcd: "3.4.30" })).rejects.toThrow(/3\.5 is needed, because etcdutl/);
    expect(machine.count("go list")).toBe(0);
  });

  test("of a program that the drill does not use is refused with those that it does", async () => {
    using machine = fakeMachine();
    await expect(resolve(machine, { k6: "1.8.1" })).rejects.toMatchObject({
      code: "usage",
      message: expect.stringContaining("It uses etcd (etcd, etcdctl, etcdutl)."),
    });
    await expect(resolve(machine, { etcdctl: "3.5.21" })).rejects.toMatchObject({ code: "usage" });
  });

  test("is taken from PATH where only that has it, and never another one", async () => {
    using machine = fakeMachine();
    machine.addEtcd("3.5.21");
    expect(await said(resolve(machine, { etcd: "3.5.21" }))).toEqual(NAMES.map((name) => `${name} 3.5.21 path`));
    await expect(resolve(machine, { etcd: "3.5.16" })).rejects.toThrow("etcd is 3.5.21 there");
  });

  test("whose build gives another version is refused and not kept", async () => {
    using machine = fakeMachine();
    machine.addGo("1.26.8", PINNED);
    await expect(resolve(machine, { etcd: "3.5.21" })).rejects.toMatchObject({ code: "harness" });
    expect(existsSync(join(machine.cacheDir, "etcd-3.5.21"))).toBe(false);
  });
});

test("doctor says which versions are built and which are pinned", async () => {
  using machine = fakeMachine();
  machine.addGo("1.26.8", "3.5.0");
  await resolve(machine, { etcd: "3.5.0" });
  const [report] = await inspectTools(machine);
  expect(report?.versions).toEqual([
    { version: "3.5.0", built: true, pinned: false },
    { version: "3.5.21", built: false, pinned: true },
    { version: PINNED, built: false, pinned: true },
  ]);
});
