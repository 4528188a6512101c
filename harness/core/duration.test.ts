import { expect, test } from "vitest";
import { formatMs, parseDurationMs, type Rounding } from "./index.ts";

test.each<readonly [number, Rounding, string]>([
  [0, "nearest", "0 ms"],
  [999.4, "nearest", "999 ms"],
  [999.4, "up", "1.00 s"],
  [999.9, "down", "999 ms"],
  [24_574.9, "nearest", "24.57 s"],
  [24_574.9, "up", "24.58 s"],
  [24_579.9, "down", "24.57 s"],
  [1100, "up", "1.10 s"],
  [60_000, "up", "60.00 s"],
])("%d ms rounded %s reads %s", (durationMs, rounding, text) => {
  expect(formatMs(durationMs, rounding)).toBe(text);
});

test.each([
  ["90s", 90_000],
  ["5m", 300_000],
  ["1.5h", 5_400_000],
  ["5", undefined],
  ["0s", undefined],
  ["-3s", undefined],
  ["soon", undefined],
])("%s from people is %s", (text, durationMs) => {
  expect(parseDurationMs(text)).toBe(durationMs);
});
