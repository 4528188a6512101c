import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { systemClock } from "./clock.ts";

test("the clock is the same in another thread that has its base instant", async () => {
  const clock = systemClock();
  const beforeMs = clock.nowMs();
  const thread = new Worker(
    `import(${JSON.stringify(new URL("clock.ts", import.meta.url).href)}).then(({ systemClock }) => {
       const { parentPort, workerData } = require("node:worker_threads");
       parentPort.postMessage(systemClock(workerData).nowMs());
     });`,
    { eval: true, workerData: clock.baseInstantNs },
  );
  const [thereMs] = (await once(thread, "message")) as [number];
  const afterMs = clock.nowMs();
  expect(thereMs).toBeGreaterThanOrEqual(beforeMs);
  expect(thereMs).toBeLessThanOrEqual(afterMs);
});

test("times are whole microseconds", () => {
  const clock = systemClock();
  for (let turn = 0; turn < 100; turn++) expect(Number.isInteger(Number((clock.nowMs() * 1000).toFixed(6)))).toBe(true);
});
