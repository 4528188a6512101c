import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../core/index.ts";
import type { OperationOutcome } from "../ledger/index.ts";
import { clientKeys, type PlannedRequest } from "./keys.ts";

const outcomes = fc.constantFrom<OperationOutcome>("acknowledged", "refused", "unknown");
const keysOf = (request: PlannedRequest): readonly string[] => request.writes.map((write) => write.key);
const acknowledgedAt = (revision: string): { readonly outcome: "acknowledged"; readonly revision: string } => ({
  outcome: "acknowledged",
  revision,
});

describe("clientKeys", () => {
  it("never has two writes of one key under way, and never uses a key of unknown fate again", () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.array(fc.record({ settleFirst: fc.boolean(), outcome: outcomes }), { maxLength: 300 }),
        (seed, turns) => {
          const keys = clientKeys("c1", seededRandom(seed));
          const underWay: PlannedRequest[] = [];
          const retired = new Set<string>();
          for (const { settleFirst, outcome } of turns) {
            const settled = settleFirst ? underWay.shift() : undefined;
            if (settled !== undefined) {
              keys.settle(settled, { outcome, revision: outcome === "acknowledged" ? "7" : null }, null);
              if (outcome === "unknown") for (const key of keysOf(settled)) retired.add(key);
            }
            const request = keys.planWrite();
            const used = keysOf(request);
            expect(new Set(used).size).toBe(used.length);
            for (const key of used) {
              expect(underWay.flatMap(keysOf)).not.toContain(key);
              expect(retired).not.toContain(key);
            }
            underWay.push(request);
          }
        },
      ),
    );
  });

  it("overwrites, deletes, and writes several keys at once, and not only creates", () => {
    const keys = clientKeys("c1", seededRandom(1));
    const seen = { new: 0, overwrite: 0, delete: 0, transaction: 0, guarded: 0 };
    const known = new Set<string>();
    for (let turn = 0; turn < 1000; turn++) {
      const request = keys.planWrite();
      if (request.writes.length > 1) seen.transaction++;
      if (request.onlyIf !== null) seen.guarded++;
      for (const { op, key } of request.writes) {
        seen[op === "delete" ? "delete" : known.has(key) ? "overwrite" : "new"]++;
        known.add(key);
      }
      keys.settle(request, acknowledgedAt(String(turn)), null);
    }
    expect(seen.new).toBeGreaterThan(500);
    expect(seen.overwrite).toBeGreaterThan(200);
    expect(seen.delete).toBeGreaterThan(50);
    expect(seen.transaction).toBeGreaterThan(50);
    expect(seen.guarded).toBeGreaterThan(20);
  });

  it("expects of a key the revision that it was last told: of a put, of a delete, or what was found instead", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const keys = clientKeys("c1", seededRandom(seed));
        const told = new Map<string, string>();
        for (let turn = 1; turn < 200; turn++) {
          const request = keys.planWrite();
          if (request.onlyIf !== null) {
            const { key, revision } = request.onlyIf;
            expect(request.writes).toEqual([{ op: "put", key }]);
            expect(revision).toBe(told.get(key));
            // Every other condition does not hold, and the key is said to have changed at another revision.
            if (turn % 2 === 0) {
              const found = { outcome: "acknowledged", revision: `1${turn}`, value: "v", reason: null } as const;
              keys.settle(request, { outcome: "refused", revision: null }, found);
              told.set(key, `1${turn}`);
              continue;
            }
          }
          keys.settle(request, acknowledgedAt(String(turn)), null);
          for (const { op, key } of request.writes) told.set(key, op === "put" ? String(turn) : "0");
        }
      }),
    );
  });

  it("lets others read every key that was answered, also one of unknown fate", () => {
    const keys = clientKeys("c1", seededRandom(3));
    expect(keys.planForeignRead()).toBeNull();
    const request = keys.planWrite();
    expect(keys.planForeignRead()).toBeNull();
    keys.settle(request, { outcome: "unknown", revision: null }, null);
    expect(keysOf(request)).toContain(keys.planForeignRead());
    expect(keys.planRead()).toBeNull();
  });

  it("plans the same writes for the same seed", () => {
    const plan = (): readonly PlannedRequest[] => {
      const keys = clientKeys("c1", seededRandom(42));
      return Array.from({ length: 50 }, () => {
        const request = keys.planWrite();
        keys.settle(request, acknowledgedAt("7"), null);
        return request;
      });
    };
    expect(plan()).toEqual(plan());
  });
});
