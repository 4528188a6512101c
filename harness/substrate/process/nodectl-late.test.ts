import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { serveNodectl, uptimeSeconds } from "./nodectl.ts";
import type { Supervisor } from "./supervisor.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "nodectl-"));
  for (const folder of ["bin", "control"]) await mkdir(join(dir, folder));
});
afterEach(async () => rm(dir, { recursive: true, force: true }));

/** Nothing runs; tells of each question. */
function nothingRuns(asked: () => void): Supervisor {
  return {
    start: async () => Promise.resolve(),
    signal: () => false,
    killAll: async () => Promise.resolve(),
    running: () => [],
    pidOf: () => null,
    pidOnMachineOf: () => {
      asked();
      return null;
    },
    logDir: dir,
    logFileOf: (process) => process,
    exited: async () => Promise.resolve(),
    close: async () => Promise.resolve(),
  };
}

it("tells when a request had to wait for the harness, and only then", async () => {
  let heard = Promise.withResolvers<void>();
  const waits: number[] = [];
  using _served = await serveNodectl({
    node: "n1",
    controlDir: join(dir, "control"),
    binDir: join(dir, "bin"),
    bash: "/bin/bash",
    supervisor: nothingRuns(() => heard.resolve()),
    onLate: (waitedMs) => void waits.push(waitedMs),
  });
  const ask = async (askedAtS: number | null): Promise<void> => {
    heard = Promise.withResolvers();
    await writeFile(join(dir, "control", "requests"), `1 status etcd ${askedAtS?.toFixed(2) ?? ""}\n`, { flag: "a" });
    await heard.promise;
  };
  const now = uptimeSeconds() ?? 0;
  // The wall clock jumps a day ahead, and a day back.
  for (const jumpMs of [86_400_000, -86_400_000]) {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + jumpMs });
    await ask(now);
    vi.useRealTimers();
  }
  await ask(null);
  expect(waits).toEqual([]);
  await ask(now - 60);
  expect(waits).toHaveLength(1);
  expect(waits[0]).toBeGreaterThan(59_000);
});
