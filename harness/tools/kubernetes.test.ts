import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fakeMachine, type FakeMachine } from "../../fixtures/tools/fake-machine.ts";
import { inspectTools } from "./inspect.ts";
import { KUBERNETES } from "./kubernetes.ts";
import { thisMachine } from "./machine.ts";
import { readPins } from "./pins.ts";
import type { ToolMachine } from "./program.ts";
import { resolvePrograms } from "./resolve.ts";

const NAMES = ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl"];
const PINNED = readPins(KUBERNETES, thisMachine()).version;

/** With the project's own pins, and a Go whose programs say what the linker was told, as the real ones do. */
function withGo(machine: FakeMachine, told = "$1"): ToolMachine {
  machine.addProgram(
    "go",
    `if [ "$1" = version ]; then echo "go version go1.26.8 linux/amd64"; exit; fi
     said() { local version=${told}; version=\${version##*"$2.gitVersion="}; echo "\${version%% *}"; }
     for word; do case "$word" in -ldflags=*) flags=$word ;; esac; done
     server=$(said "$flags" k8s.io/component-base/version)
     client=$(said "$flags" k8s.io/client-go/pkg/version)
     [ "$server" = "$client" ] || { echo "server $server, client $client" >&2; exit 1; }
     while [ "$1" != -o ]; do shift; done; folder=$2; shift 2
     for package; do
       name=$(basename "$package")
       label=Kubernetes; [ "$name" = kubectl ] && label="Client Version:"
       printf '#!/bin/bash\\necho "%s %s"\\n' "$label" "$server" >"$folder/$name"; chmod +x "$folder/$name"
     done`,
  );
  return { ...machine, pinsDir: thisMachine().pinsDir };
}

test("every module that Kubernetes publishes apart is pinned at the same release", () => {
  const manifest = readFileSync(join(readPins(KUBERNETES, thisMachine()).folder, "go.mod"), "utf8");
  const replaced = [...manifest.matchAll(/^\t(\S+) => (\S+) v(\S+)$/gm)].map(([, from, to, version]) => ({
    same: from === to,
    version,
  }));
  expect(replaced.length).toBeGreaterThan(20);
  const release = PINNED.replace(/^1\./, "0.");
  expect(replaced.filter(({ same, version }) => !same || version !== release)).toEqual([]);
});

test("the programs are built with the pinned version in them, and doctor shows them", async () => {
  using fake = fakeMachine();
  const machine = withGo(fake);
  const before = (await inspectTools(machine)).find(({ family }) => family === "kubernetes");
  expect(before).toMatchObject({ state: "obtainable", isOptional: true, buildsUnpinned: false });
  const programs = await resolvePrograms(NAMES, { progress() {}, machine });
  expect(programs.map(({ name, version, source }) => [name, version, source])).toEqual(
    NAMES.map((name) => [name, PINNED, "cache"]),
  );
  const after = (await inspectTools(machine)).find(({ family }) => family === "kubernetes");
  expect(after).toMatchObject({ state: "ready", versions: [{ version: PINNED, built: true, pinned: true }] });
});

test("programs that do not know their version are refused and not kept", async () => {
  using fake = fakeMachine();
  const machine = withGo(fake, "v0.0.0-master");
  await expect(resolvePrograms(NAMES, { progress() {}, machine })).rejects.toMatchObject({ code: "harness" });
  const report = (await inspectTools(machine)).find(({ family }) => family === "kubernetes");
  expect(report).toMatchObject({ state: "obtainable", resolved: [] });
});

test("a version that is not pinned is refused with the one that is", async () => {
  using fake = fakeMachine();
  const resolving = resolvePrograms(NAMES, {
    progress() {},
    machine: withGo(fake),
    versions: { kubernetes: "1.36.3" },
  });
  await expect(resolving).rejects.toMatchObject({ code: "usage" });
  await expect(resolving).rejects.toThrow(`only what is pinned is built of it, which is ${PINNED}.`);
});
