import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { serveNodectl } from "./nodectl.ts";
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
  const ask = async (askedAtMs: number): Promise<void> =>
    writeFile(join(dir, "control", "requests"), `1 status etcd ${askedAtMs * 1000}\n`, { flag: "a" });
  await ask(Date.now());
  await ask(Date.now() - 60_000);
  expect(await late.promise).toBeGreaterThan(59_000);
  expect(waits).toHaveLength(1);
});
