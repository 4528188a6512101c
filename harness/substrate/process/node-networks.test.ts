/** A network for each node, on real namespaces: what is cut, in which direction, and what goes on. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Sighting } from "../../../fixtures/substrate/cutting-worker.ts";
import { RUN_LABEL_VARIABLE } from "../../core/index.ts";
import { absentCapabilitiesOf, detectIsolation, isolationCommand, type Isolation } from "./isolation.ts";
import { STATE_FOLDER_VARIABLE } from "./state-folder.ts";

const WORKER = join(import.meta.dirname, "../../../fixtures/substrate/cutting-worker.ts");
const detected = await detectIsolation();
const isolations: [string, Isolation][] = [
  ["as this user", detected],
  [
    "as an ordinary user, in a user namespace",
    { ...detected, ...(detected.kind === "namespaces" ? { userNamespace: true } : {}) },
  ],
];

let scratch: string;
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), "drillbook-test-"));
  process.env[STATE_FOLDER_VARIABLE] = join(scratch, "state");
});
afterEach(async () => {
  delete process.env[STATE_FOLDER_VARIABLE];
  await rm(scratch, { recursive: true });
});

describe.each(isolations)("nodes with networks of their own, %s", (_who, isolation) => {
  const impossible = absentCapabilitiesOf(isolation).some(({ capability }) => capability === "network-faults");
  it.skipIf(impossible)("cut from each other one way or both, and mended", async () => {
    const runId = `cut-${scratch.slice(-6)}`;
    const [program, ...args] = isolationCommand(isolation, [
      process.execPath,
      WORKER,
      runId,
      join(scratch, "evidence"),
    ]);
    const worker = spawn(program, args, {
      detached: true,
      stdio: ["ignore", "inherit", "inherit", "ipc"],
      env: { ...process.env, [RUN_LABEL_VARIABLE]: runId },
    });
    const [[sightings]] = (await Promise.all([once(worker, "message"), once(worker, "exit")])) as unknown as [
      [Sighting[]],
    ];
    const all = { "n1 n2": "yes", "n2 n1": "yes", "n1 n3": "yes", "- n2": "yes" };
    expect(sightings).toEqual([
      { after: "nothing", reached: all, openConnection: "goes on" },
      {
        after: "drop n1 to n2",
        reached: { ...all, "n1 n2": "silence", "n2 n1": "silence" },
        openConnection: "starves",
      },
      {
        after: "refuse n1 to n2",
        reached: { ...all, "n1 n2": "at once no", "n2 n1": "silence" },
        openConnection: "starves",
      },
      {
        after: "refuse both ways",
        reached: { ...all, "n1 n2": "at once no", "n2 n1": "at once no" },
        openConnection: "starves",
      },
      { after: "mended", reached: all, openConnection: "goes on" },
      { after: "drop n2 to the harness", reached: { ...all, "- n2": "silence" }, openConnection: "goes on" },
    ]);
  });
});

describe("what cannot be done", () => {
  it("says why the nodes share one network", () => {
    const shared = absentCapabilitiesOf({ kind: "namespaces", oneNetworkBecause: "there is no command ip" });
    expect(shared[0]).toEqual({ capability: "network-faults", reason: "there is no command ip" });
  });

  it.each([
    [true, []],
    [false, ["openssl"]],
  ])("is the same wherever nodes have networks, but for commands of the system: openssl %s", (hasOpenssl, missing) => {
    const own = absentCapabilitiesOf({ kind: "namespaces", oneNetworkBecause: null }, () => hasOpenssl);
    expect(own.map((one) => one.capability)).toEqual([
      "packet-delay",
      "packet-loss",
      "bandwidth",
      "clock-faults",
      ...missing,
      "own-paths",
      "own-engines",
    ]);
  });
});
