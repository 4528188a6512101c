import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { driveToEnd, manualClock } from "./manual-clock.ts";

/** A clock that somebody moves on all the time, by sleeping again and again. */
function ticking(): ReturnType<typeof manualClock> {
  const clock = manualClock();
  const tick = async (): Promise<never> => {
    for (;;) await clock.sleep(1);
  };
  void tick();
  return clock;
}

test("does not run ahead of files that are being written", async () => {
  const clock = ticking();
  const folder = await mkdtemp(join(tmpdir(), "drillbook-clock-"));
  const write = async (): Promise<number> => {
    for (let file = 0; file < 20; file++) {
      await mkdir(join(folder, String(file)));
      await writeFile(join(folder, String(file), "text"), "text");
    }
    return clock.nowMs();
  };
  const writing = write();
  await clock.advance(1000);
  expect(await writing).toBe(0);
  await rm(folder, { recursive: true });
});

test("wakes sleepers in the order in which they are due, at their time", async () => {
  const clock = manualClock();
  const woken: unknown[] = [];
  for (const ms of [30, 10, 20]) void clock.sleep(ms).then(() => woken.push([ms, clock.nowMs()]));
  await clock.advance(25);
  expect([woken, clock.nowMs()]).toEqual([
    [
      [10, 10],
      [20, 20],
    ],
    25,
  ]);
});

test("drives work to its end, gives its value and its error, and tells of work that hangs", async () => {
  const clock = ticking();
  const later = async (): Promise<number> => clock.sleep(700).then(() => clock.nowMs());
  const fails = async (): Promise<number> => clock.sleep(10).then(() => Promise.reject(new Error("planted")));
  expect(await driveToEnd(clock, later())).toBe(700);
  await expect(driveToEnd(clock, fails())).rejects.toThrow("planted");
  await expect(driveToEnd(clock, new Promise(() => undefined), 1000)).rejects.toThrow(
    "not over after 1000 ms of its own clock",
  );
});
