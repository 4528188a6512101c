import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { fakeMachine, type FakeMachine } from "../../fixtures/tools/fake-machine.ts";
import { DQLITE } from "./dqlite.ts";
import { inspectTools } from "./inspect.ts";
import { resolvePrograms } from "./resolve.ts";
import { layOut } from "./unpacked.ts";

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), "drillbook-dqlite-"))));
afterEach(() => rmSync(folder, { recursive: true }));

const NAMES = ["dqlite-demo", "dqlite"];
const QUIET = { progress() {} };

/** Programs that run and say no version; a package manager that knows the packages of some. */
function withInstalled(machine: FakeMachine, known: boolean): void {
  for (const name of NAMES) machine.addProgram(name, `echo 'usage: ${name}'`);
  const library = join(folder, "libdqlite.so.0");
  writeFileSync(library, "the library");
  machine.addProgram(
    "dpkg-query",
    `case "$1 $4 $2" in
       "-S  "*) ${known ? 'echo "go-dqlite: $2"' : "exit 1"} ;;
       *go-dqlite*) echo "installed 1.11.5-1" ;;
       "-L  libdqlite0") echo ${library} ;;
       *libdqlite0*) echo "installed 1.11.1-1" ;;
       *) exit 1 ;;
     esac`,
  );
}

test("on PATH, the version is that of the package, and the library is on record", async () => {
  using machine = fakeMachine();
  withInstalled(machine, true);
  const programs = await resolvePrograms(NAMES, { ...QUIET, machine });
  const libraries = [
    { name: "libdqlite0", version: "1.11.1-1", sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
  ];
  expect(programs).toMatchObject(NAMES.map((name) => ({ name, version: "1.11.5-1", source: "path", libraries })));
  // From the stamps, and the same.
  expect(await resolvePrograms(NAMES, { ...QUIET, machine })).toEqual(programs);
});

test("a program of which nothing says the version is not taken", async () => {
  using machine = fakeMachine();
  withInstalled(machine, false);
  await expect(resolvePrograms(NAMES, { ...QUIET, machine })).rejects.toThrow(
    /it says none[^]*apt-get install go-dqlite/,
  );
});

test("a machine without them is told of as such, and can drill etcd all the same", async () => {
  using machine = fakeMachine();
  machine.addEtcd("3.6.14");
  const dqlite = (await inspectTools(machine)).find(({ family }) => family === "dqlite");
  expect(dqlite).toMatchObject({ state: "missing", isOptional: true, versions: [] });
  expect(dqlite?.places.map(({ source }) => source)).toEqual(["path", "debian"]);
});

/** As `dpkg -x` leaves it. */
function unpacked(
  name: string,
  files: Readonly<Record<string, string>>,
): { name: string; version: string; folder: string } {
  for (const [file, text] of Object.entries(files)) {
    const path = join(folder, "unpacked", name, file);
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, text);
    chmodSync(path, 0o755);
  }
  return { name, version: `${name}-version`, folder: join(folder, "unpacked", name) };
}

test("an unpacked program finds the libraries beside it, also when it is called by a link", () => {
  const script = '#!/bin/sh\necho "$(basename "$0") $* $(cat "$LD_LIBRARY_PATH/libdqlite.so.0")"\n';
  const packages = [
    unpacked("go-dqlite", { "usr/bin/dqlite": script, "usr/bin/dqlite-demo": script }),
    unpacked("libdqlite0", { "usr/lib/arch/libdqlite.so.0": "library", "usr/share/doc/libdqlite.so.7/x": "" }),
  ];
  const told = layOut(DQLITE, packages, folder);
  symlinkSync(join(folder, "dqlite-demo"), join(folder, "unpacked", "dqlite-demo"));
  expect(execFileSync(join(folder, "unpacked", "dqlite-demo"), ["--dir", "a b"], { encoding: "utf8" })).toBe(
    "dqlite-demo --dir a b library\n",
  );
  const demo = told.get("dqlite-demo");
  expect(demo).toMatchObject({
    version: "go-dqlite-version",
    libraries: [{ name: "libdqlite0", version: "libdqlite0-version" }],
  });
  expect(readFileSync(demo?.itself ?? "", "utf8")).toBe(script);
});

test("packages that lack a program are refused", () => {
  expect(() => layOut(DQLITE, [unpacked("go-dqlite", { "usr/bin/dqlite": "" })], folder)).toThrow(
    "hold no dqlite-demo",
  );
});
