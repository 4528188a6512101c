import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  AT,
  changed,
  cutAt,
  entriesOf,
  healthyLedger,
  SERVES,
  without,
  withEntries,
} from "../../fixtures/ledgers/build.ts";
import { RECOVERY_STEPS } from "../../fixtures/ledgers/world.ts";
import type { LedgerEntry } from "../ledger/index.ts";
import { loopLag, measureRecovery, type Timeline } from "./index.ts";
import { recoveryParts } from "./parts.ts";

const healthy = healthyLedger();

describe("the marks", () => {
  test("are those of the drill", () => {
    expect(measureRecovery(healthy).timeline).toEqual({
      injectedAtMs: AT.injecting,
      firstFailureAtMs: 10_020,
      detectedAtMs: AT.detected,
      faultEndedAtMs: null,
      runbookStartedAtMs: AT.runbookStarted,
      runbookEndedAtMs: AT.runbookEnded,
      firstServiceAtMs: 14_502,
      steadyAgainSinceMs: 18_010,
    });
  });

  test("without an injection there is no recovery time", () => {
    const { timeline, recoveryTimeMs, parts } = measureRecovery(without(healthy, "fault"));
    expect(timeline).toMatchObject({
      injectedAtMs: null,
      firstFailureAtMs: null,
      firstServiceAtMs: null,
      steadyAgainSinceMs: null,
    });
    expect(recoveryTimeMs).toEqual({ low: null, high: null, censored: false });
    expect(parts).toEqual([]);
  });

  test("that nobody serves at a spare is no failure", () => {
    const sentAtMs = AT.injecting + 1;
    const spare = { node: "n4", peerUrl: "https://n4:2380", startsAs: "spare" } as const;
    const refused = { node: "n4", sentAtMs, atMs: sentAtMs + 1, ok: false, reason: "connection-refused" } as const;
    const withSpare = withEntries(healthy, [
      ...entriesOf(healthy, "node")
        .slice(0, 1)
        .map((one) => ({ ...one, ...spare })),
      ...entriesOf(healthy, "service-probe")
        .slice(0, 1)
        .map((one) => ({ ...one, ...refused })),
    ]);
    expect(measureRecovery(withSpare).timeline).toEqual(measureRecovery(healthy).timeline);
  });

  test("service that was never gone does not come back", () => {
    const always = [[0, Infinity]] as const;
    const ledger = healthyLedger({ serves: { ...SERVES, n1: always } });
    expect(measureRecovery(ledger).timeline.firstServiceAtMs).toBeNull();
  });
});

describe("the recovery time", () => {
  test("is an interval from the page's last act to the first whole success", () => {
    expect(measureRecovery(healthy).recoveryTimeMs).toEqual({
      low: AT.lastAct - AT.injecting,
      high: 18_010 - AT.injecting,
      censored: false,
    });
  });

  test("holds the true one, whenever the last member serves again", () => {
    fc.assert(
      fc.property(fc.integer({ min: 17_000, max: 18_400 }), (backAtMs) => {
        const ledger = healthyLedger({
          serves: {
            ...SERVES,
            n3: [
              [0, AT.down],
              [backAtMs, 23_600],
              [23_900, Infinity],
            ],
          },
        });
        const { low, high } = measureRecovery(ledger).recoveryTimeMs;
        // Not before the page has last acted: that is what "again" means.
        const trueMs = Math.max(backAtMs, AT.lastAct) - AT.injecting;
        expect(low).toBeLessThanOrEqual(trueMs);
        expect(high).toBeGreaterThanOrEqual(trueMs);
      }),
      { numRuns: 30 },
    );
  });

  test("is censored at the last bad sample when a member never comes back", () => {
    const never = changed(healthy, "service-probe", (probe) =>
      probe.node === "n3" && probe.sentAtMs > 17_000 ? { ...probe, ok: false, reason: "deadline" } : probe,
    );
    const { recoveryTimeMs, timeline, parts } = measureRecovery(never);
    expect(recoveryTimeMs).toEqual({ low: 21_500 - AT.injecting, high: null, censored: true });
    expect(timeline.steadyAgainSinceMs).toBeNull();
    expect(parts).toEqual([]);
  });

  test("claims no more than was seen when the hold was cut short", () => {
    expect(measureRecovery(cutAt(healthy, 19_000)).recoveryTimeMs).toEqual({
      low: AT.lastAct - AT.injecting,
      high: null,
      censored: true,
    });
  });

  test("has no end while the page may still act", () => {
    const open = without(healthy, "runbook", (entry) => entry.event === "ended");
    expect(measureRecovery(open).recoveryTimeMs).toMatchObject({ high: null, censored: true });
  });

  test("a relapse before the read-back starts the hold again, and then there is not enough of it", () => {
    const relapsed = changed(healthy, "service-probe", (probe) =>
      probe.node === "n2" && probe.sentAtMs === 21_000 ? { ...probe, ok: false, reason: "deadline" } : probe,
    );
    expect(measureRecovery(relapsed)).toMatchObject({
      relapses: 1,
      recoveryTimeMs: { low: 21_000 - AT.injecting, high: null, censored: true },
    });
  });

  test("what happens after the read-back has begun does not count: members are restarted then", () => {
    const late = withEntries(healthy, [
      { kind: "service-probe", atMs: AT.readBack + 5, node: "n1", sentAtMs: AT.readBack + 4, ok: false, reason: "x" },
    ]);
    expect(measureRecovery(late).recoveryTimeMs).toEqual(measureRecovery(healthy).recoveryTimeMs);
  });
});

describe("the parts", () => {
  const us = (ms: number): number => Math.round(ms * 1000);
  const sumUs = (parts: readonly { readonly durationMs: number }[]): number =>
    parts.reduce((sum, part) => sum + us(part.durationMs), 0);

  test("the runbook's part is that of its steps and the time between them", () => {
    const runbook = measureRecovery(healthy).parts.find((part) => part.part === "runbook");
    expect(runbook?.steps.map((step) => [step.id, step.durationMs])).toEqual([
      ...RECOVERY_STEPS.map(([id, , , , , startMs, endMs]) => [id, endMs - startMs]),
      [null, 360],
    ]);
    expect(sumUs(runbook?.steps ?? [])).toBe(us(runbook?.durationMs ?? 0));
  });

  test("add up exactly, and so do the steps, whatever steps there are and whenever the hold began", () => {
    const time = fc.double({ min: 9000, max: 22_000, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(time, time), { maxLength: 8 }),
        fc.double({ min: 17_900, max: 20_000, noNaN: true }),
        (spans, endedAtMs) => {
          const page = without(healthy, "step", (step) => !step.acts);
          const ended = changed(page, "runbook", (entry) =>
            entry.event === "ended" ? { ...entry, atMs: endedAtMs } : entry,
          );
          const steps = spans.map(([startMs, endMs], index): LedgerEntry => ({
            kind: "step",
            part: "recovery",
            atMs: endMs,
            id: `s${index}`,
            line: index + 1,
            role: "survivor",
            node: "n1",
            acts: false,
            onlyIf: null,
            status: "ran",
            exitCode: 0,
            startMs,
            endMs,
            outputTail: "",
            outputBytes: 0,
            outputFile: null,
            redactions: 0,
          }));
          const { parts, recoveryTimeMs } = measureRecovery(withEntries(ended, steps));
          expect(sumUs(parts)).toBe(us(recoveryTimeMs.high ?? 0));
          for (const part of parts) {
            expect(part.durationMs).toBeGreaterThanOrEqual(0);
            expect(part.steps.every((step) => step.durationMs >= 0)).toBe(true);
            if (part.part === "runbook") expect(sumUs(part.steps)).toBe(us(part.durationMs));
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  const mark = fc.option(fc.double({ min: 0, max: 1e6, noNaN: true }));
  test("are never negative and add up to the whole, whatever marks there are", () => {
    fc.assert(
      fc.property(
        fc.tuple(mark, mark, mark, mark, mark),
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        fc.double({ min: 0, max: 1e6, noNaN: true }),
        (marks, injectedAtMs, tookMs) => {
          const [firstFailureAtMs, detectedAtMs, faultEndedAtMs, runbookStartedAtMs, runbookEndedAtMs] = marks;
          const timeline: Timeline = {
            injectedAtMs,
            firstFailureAtMs,
            detectedAtMs,
            faultEndedAtMs,
            runbookStartedAtMs,
            runbookEndedAtMs,
            firstServiceAtMs: null,
            steadyAgainSinceMs: injectedAtMs + tookMs,
          };
          const parts = recoveryParts(timeline);
          expect(parts.every((part) => part.durationMs >= 0)).toBe(true);
          expect(sumUs(parts)).toBe(us(injectedAtMs + tookMs - injectedAtMs));
        },
      ),
    );
  });

  test("a mark that is missing gives its time to the next part", () => {
    const parts = measureRecovery(without(healthy, "detection")).parts;
    expect(parts.map((part) => part.part)).toEqual(["visible-after", "reaction", "runbook", "settling"]);
    expect(parts[1]?.durationMs).toBe(AT.runbookStarted - 10_020);
  });

  test("a hold that begins before the page's last look ends the runbook's part", () => {
    const slowLook = changed(healthy, "runbook", (entry) =>
      entry.event === "ended" ? { ...entry, atMs: 19_000 } : entry,
    );
    const parts = measureRecovery(slowLook).parts;
    expect(parts.at(-1)).toEqual({ part: "settling", durationMs: 0, steps: [] });
    expect(parts.at(-2)?.durationMs).toBe(18_010 - AT.runbookStarted);
  });
});

describe("loop lag", () => {
  test("is the longest that overlaps the span, and says what nobody watched", () => {
    expect(loopLag(healthy.entries, "drill", { fromMs: 11_500, untilMs: 11_600 })).toEqual({
      maxMs: 12,
      uncoveredMs: 0,
    });
    expect(loopLag(healthy.entries, "drill", { fromMs: 12_001, untilMs: 14_000 })).toEqual({
      maxMs: 3,
      uncoveredMs: 0,
    });
    const hole = without(healthy, "loop-lag", (entry) => entry.atMs === 13_000);
    expect(loopLag(hole.entries, "drill", { fromMs: 11_000, untilMs: 15_000 })).toEqual({
      maxMs: 12,
      uncoveredMs: 1000,
    });
    expect(loopLag([], "drill", { fromMs: 0, untilMs: 10 })).toEqual({ maxMs: null, uncoveredMs: 10 });
  });
});
