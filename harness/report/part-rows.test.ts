import fc from "fast-check";
import { expect, test } from "vitest";
import type { RecoveryPart } from "../integrity/index.ts";
import { seconds } from "./numbers.ts";
import { partRows } from "./part-rows.ts";

const hundredths = (text: string): number => Math.round(Number(text.replace(" s", "")) * 100);
const sum = (texts: readonly string[]): number => texts.reduce((total, text) => total + hundredths(text), 0);

test("what is printed adds up to the total that is printed, and the steps to their part", () => {
  const us = fc.integer({ min: 0, max: 90_000_000 });
  fc.assert(
    fc.property(us, us, fc.array(us, { minLength: 1, maxLength: 20 }), us, (visible, detection, steps, settling) => {
      const runbookUs = steps.reduce((total, one) => total + one, 0);
      const parts: readonly RecoveryPart[] = [
        { part: "visible-after", durationMs: visible / 1000, steps: [] },
        { part: "detection", durationMs: detection / 1000, steps: [] },
        {
          part: "runbook",
          durationMs: runbookUs / 1000,
          steps: steps.map((one, index) => ({ id: `s${index}`, line: index + 1, durationMs: one / 1000 })),
        },
        { part: "settling", durationMs: settling / 1000, steps: [] },
      ];
      const { rows, sum: total } = partRows(parts);
      const own = rows.filter((row) => row.step === null);
      expect(sum(own.map((row) => row.duration))).toBe(hundredths(total));
      expect(total).toBe(seconds((visible + detection + runbookUs + settling) / 1000, "up"));
      const ofSteps = rows.filter((row) => row.step !== null);
      expect(sum(ofSteps.map((row) => row.duration))).toBe(hundredths(own[2]?.duration ?? ""));
    }),
  );
});
