import fc from "fast-check";
import { expect, test } from "vitest";
import type { ServiceProbeEntry } from "../ledger/index.ts";
import { serviceSpans } from "./service-spans.ts";

const GRID = { periodMs: 100, timeoutMs: 500 };
const WHOLE = { fromMs: 0, toMs: 1000 };

function probe(sentAtMs: number, ok: boolean): ServiceProbeEntry {
  return { kind: "service-probe", atMs: sentAtMs + 1, node: "n1", sentAtMs, ok, reason: ok ? null : "deadline" };
}

test("equal answers are one span, and a change begins where the probe was sent", () => {
  const probes = [0, 100, 200, 300, 400, 500, 600, 700, 800, 900].map((atMs) => probe(atMs, atMs < 300 || atMs >= 600));
  expect(serviceSpans(probes, GRID, WHOLE)).toEqual([
    { state: "up", fromMs: 0, toMs: 300, probes: 3, reasons: [] },
    { state: "down", fromMs: 300, toMs: 600, probes: 3, reasons: ["deadline"] },
    { state: "up", fromMs: 600, toMs: 1000, probes: 4, reasons: [] },
  ]);
});

test("where nobody looked, nothing is said to be up", () => {
  const states = serviceSpans([probe(300, true), probe(700, true)], GRID, WHOLE).map((one) => [
    one.state,
    one.fromMs,
    one.toMs,
  ]);
  expect(states).toEqual([
    ["not-probed", 0, 300],
    ["up", 300, 400],
    ["not-probed", 400, 700],
    ["up", 700, 800],
  ]);
  expect(serviceSpans([], GRID, WHOLE).map((one) => one.state)).toEqual(["not-probed"]);
});

test("every probe is counted once, and spans neither overlap nor run backwards", () => {
  const some = fc.array(fc.tuple(fc.integer({ min: 0, max: 1000 }), fc.boolean()));
  fc.assert(
    fc.property(some, (all) => {
      const spans = serviceSpans(
        all.map(([atMs, ok]) => probe(atMs, ok)),
        GRID,
        WHOLE,
      );
      const counted = (state: string): number =>
        spans.reduce((sum, one) => sum + (one.state === state ? one.probes : 0), 0);
      expect(counted("up")).toBe(all.filter(([, ok]) => ok).length);
      expect(counted("down")).toBe(all.filter(([, ok]) => !ok).length);
      for (const [index, one] of spans.entries()) {
        expect(one.toMs).toBeGreaterThanOrEqual(one.fromMs);
        expect(one.fromMs).toBeGreaterThanOrEqual(spans[index - 1]?.toMs ?? 0);
      }
    }),
  );
});
