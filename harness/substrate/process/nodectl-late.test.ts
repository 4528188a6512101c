import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { serveNodectl, uptimeSeconds } from "./nodectl.ts";
import type { Supervisor } from "./supervisor.ts";

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "nodectl-"));
  await mkdir(join(dir, "bin"));
});
afterEach(async () => rm(dir, { recursive: true, force: true }));

const nothingRuns: Supervisor = {
  start: async () => Promise.resolve(),
  signal: () => false,
  pidOf: () => null,
  logFileOf: (process) => process,
  exited: async () => Promise.resolve(),
  close: async () => Promise.resolve(),
};

it("tells when a request had to wait for the harness, and only then", async () => {
  const late = Promise.withResolvers<number>();
  const waits: number[] = [];
  using _served = await serveNodectl({
    node: "n1",
    controlDir: join(dir, "control"),
    binDir: join(dir, "bin"),
    bash: "/bin/bash",
    supervisor: nothingRuns,
    onLate: (waitedMs) => {
      waits.push(waitedMs);
      late.resolve(waitedMs);
    },
  });
  const ask = async (askedAtS: number | null): Promise<void> =>
    writeFile(join(dir, "control", "requests"), `1 status etcd ${askedAtS?.toFixed(2) ?? ""}\n`, { flag: "a" });
  const now = uptimeSeconds() ?? 0;
  // A day ahead and a day behind, as the wall clock may jump meanwhile.
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 86_400_000 });
  await ask(now);
  vi.setSystemTime(Date.now() - 2 * 86_400_000);
  await ask(now);
  vi.useRealTimers();
  await ask(null);
  await ask(now - 60);
  expect(await late.promise).toBeGreaterThan(59_000);
  expect(waits).toHaveLength(1);
});
