import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  AT,
  changed,
  cutAt,
  entriesOf,
  healthyLedger,
  type EntryKind,
  without,
  withEntries,
  withPlan,
} from "../../fixtures/ledgers/build.ts";
import { goneBack } from "../../fixtures/ledgers/gone-back.ts";
import type { CheckPlan, HeldKey, Ledger, OperationEntry } from "../ledger/index.ts";
import { judge, lostKeysText, parseResult, serializeResult } from "./index.ts";

const healthy = healthyLedger();
const writes = entriesOf(healthy, "operation").filter((one) => one.op !== "get");
const lastOfKey = new Map(writes.map((one) => [one.key, one.id]));
const acknowledgedLast = writes.filter((one) => one.outcome === "acknowledged" && lastOfKey.get(one.key) === one.id);

/** The healthy ledger in which the read-back no longer shows some keys, on one node or on all. */
function losing(keys: ReadonlySet<string>, node: string | null): Ledger {
  const hit = (one: string): boolean => node === null || node === one;
  const kept = (items: readonly HeldKey[]): readonly HeldKey[] => items.filter((one) => !keys.has(one.key));
  const all = entriesOf(healthy, "read-back").filter((one) => one.node === "n1" && one.pass === "after-convergence");
  const count = kept(all.flatMap((one) => one.items)).length;
  const parts = changed(healthy, "read-back", (one) => (hit(one.node) ? { ...one, items: kept(one.items) } : one));
  return changed(parts, "read-back-end", (one) => (hit(one.node) ? { ...one, keys: count } : one));
}

/** The ledger as if nobody had answered these writes. */
function unanswered(ledger: Ledger, ids: ReadonlySet<number>): Ledger {
  return changed(ledger, "operation", (one) =>
    ids.has(one.id) ? { ...one, outcome: "unknown", revision: null, reason: "deadline" } : one,
  );
}

const someWrites = fc.subarray([...acknowledgedLast], { maxLength: 20 });
const somewhere = fc.constantFrom("n1", "n2", "n3", null);

/** The healthy drill as it would be recorded had somebody pressed Ctrl-C at an instant: teardown, then the end. */
function interruptedAt(atMs: number): Ledger {
  const cut = cutAt(healthy, atMs);
  const stopped = {
    kind: "process",
    node: "n1",
    process: "etcd",
    pid: 7,
    command: null,
    variables: null,
    exitCode: null,
  } as const;
  return {
    ...cut,
    entries: [
      ...cut.entries,
      { kind: "phase", atMs, phase: "teardown" },
      { ...stopped, atMs, event: "signalled", actor: "harness", signal: "SIGKILL" },
      { ...stopped, atMs, event: "exited", actor: "harness", signal: "SIGKILL" },
      { kind: "trouble", atMs, outcome: "interrupted", phase: "run", message: "the run was told to end" },
      { kind: "end", atMs },
      { kind: "residue", atMs, audited: true, processes: [], folders: [], addresses: [] },
    ],
  };
}

test("calls a drill that was interrupted so, whenever that was, and accuses neither page nor harness", () => {
  const instants = [...new Set(healthy.entries.map((entry) => entry.atMs))];
  for (const atMs of instants.filter((_, index) => index % 25 === 0)) {
    const result = judge(interruptedAt(atMs));
    expect([atMs, result.outcome]).toEqual([atMs, "interrupted"]);
    expect(result.findings.filter(({ outcome }) => outcome === "failed" || outcome === "broken")).toEqual([]);
  }
});

describe("nothing passes by default", () => {
  const kinds = [...new Set(healthy.entries.map((entry) => entry.kind))];
  test("the healthy ledger has every kind but trouble and log-line, and nothing is absent", () =>
    expect(kinds).toHaveLength(33));
  test.each(kinds)("without any entry of kind %s there is no pass", (kind: EntryKind) => {
    expect(judge(without(healthy, kind)).outcome).not.toBe("passed");
  });

  test("cut at any instant before its end, it does not pass, and does not accuse", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: AT.end }), (atMs) => {
        expect(["interrupted", "broken"]).toContain(judge(cutAt(healthy, atMs)).outcome);
      }),
      { numRuns: 40 },
    );
  });

  test("a plan without checks, an unknown check, only skipped checks", () => {
    expect(judge(withPlan(healthy, { checks: [] }))).toMatchObject({ outcome: "inconclusive" });
    const unknown = JSON.parse('{ "id": "never-heard-of" }') as CheckPlan;
    const result = judge(withPlan(healthy, { checks: [...healthy.header.plan.checks, unknown] }));
    expect(result.outcome).toBe("broken");
    const kept = changed(healthy, "residue", (one) => ({ ...one, audited: false }));
    expect(judge(kept).outcome).toBe("passed");
    expect(judge(withPlan(kept, { checks: [{ id: "nothing-left-behind" }] })).outcome).toBe("inconclusive");
  });

  test("a plan that leaves out the proof of the fault cannot pass (law 3)", () => {
    const checks = healthy.header.plan.checks.filter((one) => one.id !== "fault-confirmed");
    const result = judge(withPlan(healthy, { checks }));
    expect(result).toMatchObject({ outcome: "inconclusive", fault: { proof: "inconclusive" } });
    expect(result.notes.join()).toMatch(/not confirmed/);
  });

  test("a drill without an acknowledged write is inconclusive, whatever else is well (law 4)", () => {
    const ids = new Set(writes.map((one) => one.id));
    const result = judge(
      withPlan(unanswered(healthy, ids), {
        checks: [{ id: "roles-bound" }, ...healthy.header.plan.checks.filter((one) => one.id === "fault-confirmed")],
      }),
    );
    expect(result.outcome).toBe("inconclusive");
    expect(result.notes.join()).toMatch(/No write was acknowledged/);
  });
});

describe("troubles and cuts", () => {
  test("trouble makes it broken or interrupted, with its words; a proven failure stays worse", () => {
    const trouble = (outcome: "broken" | "interrupted"): Ledger =>
      withEntries(healthy, [{ kind: "trouble", atMs: AT.end - 1, outcome, phase: "teardown", message: "it burns" }]);
    expect(judge(trouble("broken"))).toMatchObject({ outcome: "broken", notes: ["teardown: it burns"] });
    expect(judge(trouble("interrupted")).outcome).toBe("interrupted");
    const lossy = losing(new Set([acknowledgedLast.find((one) => one.op === "put")?.key ?? ""]), "n1");
    expect(
      judge(withEntries(lossy, [{ kind: "trouble", atMs: AT.end - 1, outcome: "broken", phase: "p", message: "m" }]))
        .outcome,
    ).toBe("failed");
  });

  test("without `end` it is interrupted", () => {
    const result = judge(without(healthy, "end"));
    expect(result.outcome).toBe("interrupted");
    expect(result.notes.join()).toMatch(/cut short/);
  });
});

describe("the account", () => {
  test("adds up, and names exactly the keys that were taken away", () => {
    fc.assert(
      fc.property(someWrites, somewhere, (taken, node) => {
        const puts = taken.filter((one) => one.op === "put");
        const ledger = losing(new Set(puts.map((one) => one.key)), node);
        const result = judge(ledger);
        const { writes: account } = result.measurements;
        expect(account.attempted).toBe(account.acknowledged + account.refused + account.unknown);
        expect(account.acknowledged).toBe((account.kept ?? 0) + (account.lost?.low ?? 0));
        expect(account.unknown).toBe((account.unknownKept ?? 0) + (account.unknownLost ?? 0));
        expect(account.lost?.high).toBe((account.lost?.low ?? 0) + (account.unknownLost ?? 0));
        expect(result.outcome).toBe(puts.length === 0 ? "passed" : "failed");
        // Every last acknowledged put that was taken is lost, on exactly the members it was taken from.
        const text = lostKeysText(ledger);
        for (const put of puts) {
          const line = text.split("\n").find((one) => one.startsWith(`${put.key}: put ${put.id} `));
          expect(line).toContain(`missing on ${node ?? "n1"} after-convergence`);
        }
        expect(
          new Set(
            text
              .split("\n")
              .filter(Boolean)
              .map((one) => one.split(":")[0]),
          ),
        ).toEqual(new Set(puts.map((one) => one.key)));
      }),
      { numRuns: 40 },
    );
  });

  test("is exact for one key on one member, span included", () => {
    const put = acknowledgedLast.find(
      (one) => one.op === "put" && writes.filter((other) => other.key === one.key).length === 1,
    ) as OperationEntry;
    const { measurements, findings, objectives } = judge(losing(new Set([put.key]), "n2"));
    const { lost, lostToBeKept, lostAfterRecoveryPoint, lostKeys, lostSpanMs, resurrected } = measurements.writes;
    const lows = [lost, lostToBeKept, lostAfterRecoveryPoint, lostKeys, lostSpanMs].map((range) => range?.low);
    expect([...lows, resurrected]).toEqual([1, 1, 0, 1, 0, 0]);
    expect(findings.find((one) => one.checkId === "acknowledged-writes-kept")?.details).toEqual([
      `${put.key}: put ${put.id} at revision ${put.revision} is missing on n2 after-convergence, n2 after-restart`,
    ]);
    expect(objectives[1]).toEqual({ id: "lost-writes", limit: 0, measured: 1, met: false });
  });

  test("shortens long lists in the finding, never in lost-keys.txt", () => {
    const puts = acknowledgedLast.filter((one) => one.op === "put").slice(0, 80);
    const ledger = losing(new Set(puts.map((one) => one.key)), null);
    const details = judge(ledger).findings.find((one) => one.checkId === "acknowledged-writes-kept")?.details ?? [];
    expect(details).toHaveLength(51);
    expect(details.at(-1)).toMatch(/^and \d+ more/);
    expect(lostKeysText(ledger).split("\n").length - 1).toBeGreaterThanOrEqual(80);
  });

  test("says null, not 0, where a member was not read", () => {
    const result = judge(
      changed(healthy, "read-back-end", (one) => (one.node === "n2" ? { ...one, complete: false } : one)),
    );
    expect(result.measurements.writes).toMatchObject({
      kept: null,
      lost: null,
      lostToBeKept: null,
      lostAfterRecoveryPoint: null,
      lostKeys: null,
      lostSpanMs: null,
      resurrected: null,
      duplicated: null,
      unknownKept: null,
    });
    expect(result.objectives[1]).toMatchObject({ measured: null, met: null });
    expect(result.outcome).toBe("inconclusive");
  });

  test("a refused write that is visible breaks the table of outcomes", () => {
    const refused = writes.find((one) => one.outcome === "refused" && one.op === "put") as OperationEntry;
    const item: HeldKey = { key: refused.key, valueHash: refused.valueHash ?? "", revision: "1", version: "1" };
    const shown = changed(healthy, "read-back", (one, index) =>
      index % 2 === 0
        ? { ...one, items: [...one.items.filter((held) => held.key !== refused.key), item] }
        : { ...one, items: one.items.filter((held) => held.key !== refused.key) },
    );
    const counted = changed(shown, "read-back-end", (one) => ({
      ...one,
      keys: entriesOf(shown, "read-back")
        .filter((part) => part.node === one.node && part.pass === one.pass)
        .flatMap((part) => part.items).length,
    }));
    const finding = judge(counted).findings.find((one) => one.checkId === "nothing-resurrected");
    expect(finding).toMatchObject({ outcome: "broken", summary: expect.stringMatching(/table of outcomes is wrong/) });
  });
});

describe("the recovery point", () => {
  /** Writes that were acknowledged last before the fault, all of them gone, with the point set before them. */
  const tail = acknowledgedLast.filter((one) => one.op === "put" && one.atMs < AT.injecting && one.atMs > 9500);
  const point = String(
    tail.reduce((least, one) => (BigInt(one.revision ?? 0) < least ? BigInt(one.revision ?? 0) : least), 2n ** 63n) -
      1n,
  );
  const promised = entriesOf(healthy, "recovery-point")[0]?.revision ?? null;
  const withPoint = (ledger: Ledger, revision: string | null): Ledger =>
    changed(ledger, "recovery-point", (one) => ({ ...one, revision }));
  const tailLost = withPoint(goneBack(healthy, point), promised);
  const allowing = (ledger: Ledger, lostWrites: number): Ledger =>
    withPlan(ledger, { objectives: { ...healthy.header.plan.objectives, lostWrites, lostWritesReason: "a test" } });
  const lostAll = judge(tailLost).measurements.writes.lost?.low ?? 0;

  test("there is a tail to lose", () => expect(lostAll).toBeGreaterThan(3));

  test("losses beyond it are counted, and fail only beyond the objective", () => {
    const beyond = withPoint(tailLost, point);
    const { measurements, outcome } = judge(beyond);
    expect(measurements.writes.lostAfterRecoveryPoint?.low).toBe(lostAll);
    expect(outcome).toBe("failed");
    expect(judge(allowing(beyond, lostAll - 1)).outcome).toBe("failed");
    const within = judge(allowing(beyond, lostAll));
    expect(within.outcome).toBe("passed");
    expect(within.measurements.writes).toMatchObject({
      lost: { low: lostAll },
      lostToBeKept: { low: 0 },
      lostAfterRecoveryPoint: { low: lostAll },
    });
    expect(within.objectives[1]).toEqual({
      id: "lost-writes",
      limit: lostAll,
      measured: lostAll,
      met: true,
    });
  });

  test("up to it, no objective excuses a loss; a point that is not known excuses none either", () => {
    for (const ledger of [tailLost, withPoint(tailLost, null)]) {
      const result = judge(allowing(ledger, 1_000_000));
      expect(result.outcome).toBe("failed");
      expect(result.objectives[1]).toMatchObject({ measured: lostAll, met: false });
    }
    expect(judge(withPoint(tailLost, null)).measurements.writes.lostAfterRecoveryPoint).toBeNull();
  });

  test("a write acknowledged after the page began is never beyond it", () => {
    const late = acknowledgedLast.filter((one) => one.op === "put" && one.sentAtMs > AT.runbookStarted).slice(0, 3);
    const ledger = allowing(withPoint(losing(new Set(late.map((one) => one.key)), null), "1"), 1_000_000);
    expect(judge(ledger).outcome).toBe("failed");
  });
});

test("knowing less never accuses: an unanswered write turns no pass into a fail (law 6)", () => {
  fc.assert(
    fc.property(someWrites, someWrites, somewhere, (forgotten, taken, node) => {
      const before = losing(new Set(taken.filter((one) => one.op === "put").map((one) => one.key)), node);
      const after = unanswered(before, new Set(forgotten.map((one) => one.id)));
      const [known, less] = [judge(before), judge(after)];
      for (const [index, finding] of less.findings.entries()) {
        if (finding.outcome === "failed") expect(known.findings[index]?.outcome).toBe("failed");
      }
      if (known.outcome === "passed") expect(less.outcome).not.toBe("failed");
    }),
    { numRuns: 40 },
  );
});

describe("the bytes of result.json", () => {
  test("are the same for the same ledger, in whatever order its objects were built", () => {
    const shuffle = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(shuffle);
      if (typeof value !== "object" || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, inner]) => [key, shuffle(inner)]),
      );
    };
    const once = serializeResult(judge(healthy));
    expect(serializeResult(judge(structuredClone(healthy)))).toBe(once);
    expect(serializeResult(judge(shuffle(healthy) as Ledger))).toBe(once);
    expect(serializeResult(parseResult(once))).toBe(once);
  });

  test("hold for every cut of the ledger: also a run that broke has a result", () => {
    for (let atMs = 0; atMs < AT.end; atMs += 1500)
      expect(() => serializeResult(judge(cutAt(healthy, atMs)))).not.toThrow();
  });
});
