import { expect, test } from "vitest";
import { convergeWithinMs } from "./course.ts";
import { DEFAULT_SETTINGS } from "./settings.ts";

const waiting = (waitMs: number) => ({ kind: "restart-only", waitMs, waitBecause: "it was seen" }) as const;

test("a control that starts things after its wait has begun is awaited for longer than it needs", () => {
  expect(convergeWithinMs(DEFAULT_SETTINGS, waiting(40_000))).toBeGreaterThan(40_000);
  expect(convergeWithinMs(DEFAULT_SETTINGS, waiting(DEFAULT_SETTINGS.convergeWithinMs))).toBeGreaterThan(
    DEFAULT_SETTINGS.convergeWithinMs,
  );
});

test("nothing else is awaited for longer than the settings say", () => {
  for (const kind of ["none", "no-fault", "recovery-only"] as const)
    expect(convergeWithinMs(DEFAULT_SETTINGS, { kind })).toBe(DEFAULT_SETTINGS.convergeWithinMs);
});
